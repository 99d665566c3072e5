//! A window over rows, one of which is held in it: the row under the cursor of a list, the one of a choice that would be taken.

/// Where the window begins so that the row is in it and no line is wasted, moved no further than that.
pub(in crate::tui::app) fn shown(top: usize, at: usize, rows: usize, height: usize) -> usize {
    let height = height.max(1);
    let top = top.min(at).max((at + 1).saturating_sub(height));
    top.min(rows.saturating_sub(height))
}

/// Where the window begins when it is moved by so many rows, and the row where it would leave it. `None`: it does not move.
pub(in crate::tui::app) fn scrolled(
    (top, at): (usize, usize),
    by: isize,
    rows: usize,
    height: usize,
) -> Option<(usize, usize)> {
    let height = height.max(1);
    let moved = top.saturating_add_signed(by).min(rows.saturating_sub(height));
    (moved != top).then(|| (moved, at.clamp(moved, moved + height - 1)))
}
