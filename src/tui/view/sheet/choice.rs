//! Which sheet a list has.

use super::{Sheet, accounts, changes, feeds, namespaces, nodes, pods, roles};
use crate::tui::app::screen::{List, ListScreen};
use crate::tui::app::select::Of;
use crate::tui::view::list::Heading;
use crate::tui::view::scene::Scene;

/// The sheet of a list of what lies in the inventory.
pub(in crate::tui::view) fn of_list<'a>(scene: &'a Scene<'a>, list: &List, heading: &Heading) -> Sheet<'a> {
    let by = list.sort.by;
    match &list.of {
        Of::Namespaces => namespaces::sheet_of(scene, heading.room, by),
        Of::Accounts => accounts::sheet_of(scene, heading, by),
        Of::Containers(..) => pods::containers(scene),
        Of::Nodes => nodes::sheet_of(scene, by),
        Of::Roles => roles::sheet_of(scene, by),
        Of::UsersOfRole(arn) => roles::users(scene, arn.clone(), by),
        Of::Troubles => feeds::troubles(scene),
        Of::Pods | Of::PodsOfAccount(..) | Of::PodsOnNode(_) | Of::PodsOfOwner(..) => {
            pods::sheet_of(scene, list, heading)
        }
        Of::Actions(item) => changes::offers(scene, (**item).clone()),
        Of::Calls | Of::Contexts | Of::Profiles | Of::Changes => {
            Sheet { columns: Vec::new(), row: Box::new(|_| None), sorted: None }
        }
    }
}

/// The sheet of a screen that is one table.
pub(in crate::tui::view) fn of_screen<'a>(
    scene: &'a Scene<'a>,
    screen: &'a ListScreen,
    heading: &Heading,
) -> Sheet<'a> {
    match &screen.list.of {
        Of::Calls => feeds::calls(scene, screen),
        Of::Changes => changes::log(scene, screen),
        Of::Contexts | Of::Profiles => feeds::targets(screen),
        _ => of_list(scene, &screen.list, heading),
    }
}
