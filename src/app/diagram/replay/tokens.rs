//! Tokens at an instant: on their ways, in line before a step, at work in it.

use crate::app::Cx;
use crate::app::diagram::explain;
use crate::app::diagram::paint::Brush;
use crate::app::diagram::replay::Replay;
use crate::app::diagram::replay::log::{Log, Stay, minutes};
use crate::diagram::picture::{Diagram, Outline, Point};
use egui::{Color32, Stroke};

/// Radius of a token, on the map.
const TOKEN: f32 = 3.6;
/// Tokens in a column of a line, and columns that are drawn.
const LINE: (usize, usize) = (6, 4);
/// Tokens at work that are drawn in a box.
const AT_WORK: usize = 12;

/// Who stands at an element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Crowd {
    waiting: usize,
    working: usize,
}

/// Paints the tokens of a replay as it stands.
pub fn paint(brush: &Brush<'_>, replay: &Replay, diagram: &Diagram) {
    let Some(log) = &replay.log else { return };
    let now = replay.clock as i64;
    let walk = (replay.walk() as i64).max(1);
    let mut crowds = vec![Crowd::default(); diagram.nodes.len()];
    let mut followed: Option<Point> = None;
    // Stays are in the order of coming: whoever comes later is not looked at.
    let until = log.stays.partition_point(|stay| stay.came <= now);
    for stay in &log.stays[..until] {
        let is_followed = replay.follows == Some(stay.case);
        let on_way = |since: i64, way: u32| log.ways.get(way as usize).map(|way| way.at((now - since) as f64 / walk as f64));
        let walking = match (stay.way, stay.out) {
            (Some(way), _) if now < stay.came + walk && (now < stay.left || is_followed) => on_way(stay.came, way),
            (_, Some(out)) if now >= stay.left && now < stay.left + walk => on_way(stay.left, out),
            _ => None,
        };
        if let Some(place) = walking {
            if is_followed {
                followed = Some(place);
            } else {
                token(brush, place, brush.theme.accent, replay.follows.is_some());
            }
            continue;
        }
        if now >= stay.left {
            continue;
        }
        let Some(crowd) = crowds.get_mut(stay.node as usize) else { continue };
        let place = if now < stay.began {
            crowd.waiting += 1;
            place_in_line(diagram, stay, crowd.waiting - 1)
        } else {
            crowd.working += 1;
            place_at_work(diagram, stay, crowd.working - 1)
        };
        if is_followed {
            let first = if now < stay.began { place_in_line(diagram, stay, 0) } else { place_at_work(diagram, stay, 0) };
            followed = place.or(first);
        } else if let Some(place) = place {
            let colour = if now < stay.began { brush.theme.worse } else { brush.theme.better };
            token(brush, place, colour, replay.follows.is_some());
        }
    }
    for (node, crowd) in diagram.nodes.iter().zip(&crowds) {
        let theme = brush.theme;
        if crowd.waiting > 0 {
            let text = format!("{} {}", brush.words.get("map-in-line"), brush.words.whole(crowd.waiting as f64));
            let at = brush.at(node.rect.x + node.rect.width * 0.22, node.rect.bottom() + 1.0);
            brush.tag(at, &text, theme.worse, theme.worse_ground);
        }
        if crowd.working > 0 && node.kind.outline() == Outline::Box {
            let text = format!("{} {}", brush.words.get("map-at-work"), brush.words.whole(crowd.working as f64));
            let at = brush.at(node.rect.x + node.rect.width * 0.8, node.rect.bottom() + 1.0);
            brush.tag(at, &text, theme.better, theme.better_ground);
        }
    }
    if let Some(place) = followed {
        let centre = brush.at(place.x, place.y);
        let radius = brush.long(TOKEN * 2.0).max(6.0);
        brush.painter.circle(centre, radius, brush.theme.accent, Stroke::new(2.0, brush.theme.surface));
        brush.painter.circle_stroke(centre, radius + 3.0, Stroke::new(1.5, brush.theme.accent));
    }
}

fn token(brush: &Brush<'_>, at: Point, colour: Color32, is_faint: bool) {
    let centre = brush.at(at.x, at.y);
    if !brush.view.expand(6.0).contains(centre) {
        return;
    }
    let colour = if is_faint { brush.theme.faint(colour) } else { colour };
    let radius = brush.long(TOKEN).max(1.6);
    brush.painter.circle_filled(centre, radius, colour);
    if radius > 3.0 {
        brush.painter.circle_stroke(centre, radius, Stroke::new(0.8, brush.theme.surface));
    }
}

/// A place in the line before an element; `None` where the line is longer than is drawn.
fn place_in_line(diagram: &Diagram, stay: &Stay, at: usize) -> Option<Point> {
    let node = diagram.nodes.get(stay.node as usize)?;
    let (column, row) = (at / LINE.0, at % LINE.0);
    let step = f64::from(TOKEN) * 2.3;
    let shown = column < LINE.1;
    let x = node.rect.x - 6.0 - step * column as f64;
    let y = node.rect.centre().y + step * (row as f64 - (LINE.0 - 1) as f64 / 2.0);
    shown.then_some(Point { x, y })
}

/// A place within an element; `None` where it is full.
fn place_at_work(diagram: &Diagram, stay: &Stay, at: usize) -> Option<Point> {
    let node = diagram.nodes.get(stay.node as usize)?;
    let step = f64::from(TOKEN) * 2.5;
    let room = if node.kind.outline() == Outline::Box { ((node.rect.width - 20.0) / step) as usize } else { 1 };
    let x = if room > 1 { node.rect.x + 10.0 + step * (at as f64 + 0.5) } else { node.rect.centre().x };
    let y = if room > 1 { node.rect.bottom() - 9.0 } else { node.rect.centre().y };
    (at < room.min(AT_WORK)).then_some(Point { x, y })
}

/// Says in words what a case is doing.
pub fn say(cx: &Cx<'_>, log: &Log, case: u32, now: i64, diagram: &Diagram) -> String {
    let name = log.cases.get(case as usize).map_or("", String::as_str);
    let mut parts: Vec<String> = Vec::new();
    for stay in log.stays.iter().filter(|stay| stay.case == case && stay.came <= now && now < stay.left) {
        let Some(node) = diagram.nodes.get(stay.node as usize) else { continue };
        let place = explain::name(cx, node);
        let (id, since) = if now < stay.began { ("map-case-waits", stay.came) } else { ("map-case-works", stay.began) };
        let time = cx.words.duration(minutes(now - since));
        parts.push(cx.words.with(id, &[("step", place.into()), ("time", time.into())]));
    }
    if parts.is_empty() {
        let ended = log.stays.iter().filter(|stay| stay.case == case).all(|stay| stay.left <= now);
        parts.push(cx.words.get(if ended { "map-case-ended" } else { "map-case-between" }));
    }
    format!("{name}: {}", parts.join("; "))
}
