//! Which sheet a list has.

use super::{Sheet, accounts, changes, feeds, namespaces, nodes, pods, roles};
use crate::tui::app::screen::ListScreen;
use crate::tui::app::select::{Of, SortBy};
use crate::tui::view::list::Heading;
use crate::tui::view::scene::Scene;

/// The sheet of a list of what lies in the inventory, sorted so.
pub(in crate::tui::view) fn of_list<'a>(scene: &'a Scene<'a>, of: &Of, by: SortBy, heading: &Heading) -> Sheet<'a> {
    match of {
        Of::Namespaces => namespaces::sheet_of(scene, heading.room, by),
        Of::Accounts => accounts::sheet_of(scene, heading, by),
        Of::Containers(..) => pods::containers(scene),
        Of::Nodes => nodes::sheet_of(scene, by),
        Of::Roles => roles::sheet_of(scene, by),
        Of::UsersOfRole(arn) => roles::users(scene, arn.clone(), by),
        Of::Troubles => feeds::troubles(scene),
        Of::Pods | Of::PodsOfAccount(..) | Of::PodsOnNode(_) | Of::PodsOfOwner(..) => {
            pods::sheet_of(scene, of, by, heading)
        }
        Of::Actions(item) => changes::offers(scene, (**item).clone()),
        Of::Calls | Of::Contexts | Of::Profiles | Of::Changes => {
            Sheet { columns: Vec::new(), row: Box::new(|_| None), sorted: None }
        }
    }
}

/// The sheet of a screen that is one table, sorted so.
pub(in crate::tui::view) fn of_screen<'a>(
    scene: &'a Scene<'a>,
    screen: &'a ListScreen,
    by: SortBy,
    heading: &Heading,
) -> Sheet<'a> {
    match &screen.list.of {
        Of::Calls => feeds::calls(scene, screen),
        Of::Changes => changes::log(scene, screen),
        Of::Contexts | Of::Profiles => feeds::targets(screen),
        of => of_list(scene, of, by, heading),
    }
}
