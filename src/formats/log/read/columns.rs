//! Which column of a table, or which key of an event, is what: by the names that tools and people give them.

use std::collections::BTreeMap;

/// What a column may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The case.
    Case,
    /// The activity's name.
    Activity,
    /// When it was due.
    Enable,
    /// When it began.
    Start,
    /// When it ended; with a lifecycle, when the event happened.
    End,
    /// What of the activity happened: start, complete.
    Lifecycle,
    /// Who worked.
    Resource,
    /// Which of several runs of the activity it is.
    Instance,
    /// The element of a model.
    Element,
    /// Seconds worked.
    Worked,
    /// Whether the case came to its end.
    Complete,
}

/// All roles, with their words for people.
pub const ROLES: [(Role, &str); 11] = [
    (Role::Case, "case"),
    (Role::Activity, "activity"),
    (Role::Enable, "due"),
    (Role::Start, "start"),
    (Role::End, "end"),
    (Role::Lifecycle, "lifecycle"),
    (Role::Resource, "resource"),
    (Role::Instance, "instance"),
    (Role::Element, "element"),
    (Role::Worked, "worked"),
    (Role::Complete, "whether the case is complete"),
];

/// Names of columns in small letters without anything but letters and digits, the surest first.
const NAMES: &[(Role, &[&str])] = &[
    (
        Role::Case,
        &[
            "caseconceptname",
            "caseid",
            "caseidentifier",
            "case",
            "caseno",
            "casenumber",
            "traceid",
            "trace",
            "processinstance",
            "processinstanceid",
            "applicationid",
            "applicationnumber",
            "requestid",
            "ticketid",
            "orderid",
            "номерзаявления",
            "номерзаявки",
            "номердела",
            "идентификаторзаявки",
            "idзаявки",
            "заявление",
            "заявка",
            "дело",
            "кейс",
            "случай",
            "номеробращения",
            "обращение",
            "экземпляр",
            "zaaknummer",
            "zaakid",
            "zaak",
            "dossiernummer",
            "aanvraagnummer",
            "vorgangsnummer",
            "fallnummer",
            "fallid",
            "өтінімнөмірі",
            "өтінім",
            "id",
        ],
    ),
    (
        Role::Activity,
        &[
            "conceptname",
            "activity",
            "activityname",
            "activityid",
            "task",
            "taskname",
            "event",
            "eventname",
            "step",
            "stepname",
            "operation",
            "action",
            "действие",
            "активность",
            "операция",
            "этап",
            "шаг",
            "задача",
            "событие",
            "наименованиеэтапа",
            "наименованиеоперации",
            "наименование",
            "activiteit",
            "activiteitnaam",
            "processtap",
            "handeling",
            "taak",
            "stap",
            "aktivität",
            "vorgang",
            "әрекет",
            "кезең",
            "қадам",
            "status",
            "статус",
            "мәртебе",
        ],
    ),
    (
        Role::Enable,
        &[
            "enabletime",
            "enabletimestamp",
            "enabled",
            "enabledtime",
            "scheduletimestamp",
            "scheduled",
            "assigntime",
            "постановкавочередь",
            "времяпостановки",
            "назначено",
        ],
    ),
    (
        Role::Start,
        &[
            "starttime",
            "starttimestamp",
            "start",
            "startdate",
            "started",
            "begin",
            "begintime",
            "timestart",
            "датаначала",
            "времяначала",
            "датаивремяначала",
            "начало",
            "начата",
            "начат",
            "starttijd",
            "startdatum",
            "begintijd",
            "begindatum",
            "startzeit",
            "beginn",
            "басталууақыты",
            "басталғанкүні",
            "басталуы",
        ],
    ),
    (
        Role::End,
        &[
            "timetimestamp",
            "endtime",
            "endtimestamp",
            "completetimestamp",
            "completiontime",
            "completetime",
            "end",
            "enddate",
            "ended",
            "finish",
            "finishtime",
            "finished",
            "completed",
            "timestamp",
            "time",
            "datetime",
            "eventtime",
            "date",
            "датаокончания",
            "времяокончания",
            "датаивремяокончания",
            "окончание",
            "завершение",
            "датазавершения",
            "времязавершения",
            "датаивремя",
            "дата",
            "время",
            "меткавремени",
            "eindtijd",
            "einddatum",
            "einddatumtijd",
            "tijdstip",
            "datumtijd",
            "datum",
            "tijd",
            "endzeit",
            "endezeit",
            "ende",
            "zeitstempel",
            "zeitpunkt",
            "аяқталууақыты",
            "аяқталғанкүні",
            "аяқталуы",
            "күні",
            "уақыты",
        ],
    ),
    (Role::Lifecycle, &["lifecycletransition", "lifecycle", "transition", "eventtype", "типсобытия", "жизненныйцикл"]),
    (
        Role::Resource,
        &[
            "orgresource",
            "resource",
            "resourcename",
            "user",
            "username",
            "employee",
            "performer",
            "worker",
            "agent",
            "originator",
            "исполнитель",
            "сотрудник",
            "ресурс",
            "пользователь",
            "фиоисполнителя",
            "фио",
            "оператор",
            "специалист",
            "behandelaar",
            "medewerker",
            "uitvoerder",
            "gebruiker",
            "bearbeiter",
            "mitarbeiter",
            "орындаушы",
            "қызметкер",
            "resourceid",
            "orgrole",
            "orggroup",
            "role",
            "роль",
            "группа",
        ],
    ),
    (Role::Instance, &["conceptinstance", "activityinstance", "activityinstanceid", "instance", "identifierid"]),
    (Role::Element, &["element", "elementid"]),
    (Role::Worked, &["workedseconds"]),
    (Role::Complete, &["casecomplete"]),
];

/// Returns a name in the form in which names are compared.
pub fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }).collect()
}

/// Says which column is what: position by role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// By role.
    pub of: BTreeMap<Role, usize>,
}

/// Returns what a column of such a name is taken for, and its place among the names for that: a smaller one is surer.
pub fn role_by_name(name: &str) -> Option<(Role, usize)> {
    let folded = folded(name);
    NAMES.iter().find_map(|(role, known)| Some((*role, known.iter().position(|name| *name == folded)?)))
}

impl Columns {
    /// Returns a role's column.
    pub fn get(&self, role: Role) -> Option<usize> {
        self.of.get(&role).copied()
    }
}

/// Finds the columns of a header. `given` names some of them.
///
/// # Errors
/// The name of a given column that the header does not have.
pub fn find(header: &[String], given: &BTreeMap<Role, String>) -> Result<Columns, (Role, String)> {
    let mut columns = Columns::default();
    let names: Vec<String> = header.iter().map(|h| folded(h)).collect();
    for (role, name) in given {
        let exact = header.iter().position(|h| h == name);
        let found = exact.or_else(|| names.iter().position(|n| *n == folded(name)));
        columns.of.insert(*role, found.ok_or_else(|| (*role, name.clone()))?);
    }
    for (role, known) in NAMES {
        if columns.of.contains_key(role) {
            continue;
        }
        let free = |i: &usize| !columns.of.values().any(|taken| taken == i);
        let found = known.iter().find_map(|name| names.iter().enumerate().filter(|(i, _)| free(i)).find(|(_, n)| n == name));
        if let Some((i, _)) = found {
            columns.of.insert(*role, i);
        }
    }
    // A single instant of its own name is the end, even where the name says that it is the start.
    if !columns.of.contains_key(&Role::End)
        && !given.contains_key(&Role::Start)
        && let Some(start) = columns.of.remove(&Role::Start)
    {
        columns.of.insert(Role::End, start);
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(header: &[&str]) -> Vec<(Role, usize)> {
        let header: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
        find(&header, &BTreeMap::new()).unwrap().of.into_iter().collect()
    }

    #[test]
    fn names_of_many_tools_are_known() {
        use Role::{Activity, Case, Enable, End, Lifecycle, Resource, Start};
        assert_eq!(
            found(&["Case ID", "Activity", "Resource", "Complete Timestamp"]),
            [(Case, 0), (Activity, 1), (End, 3), (Resource, 2)]
        );
        assert_eq!(
            found(&["case:concept:name", "concept:name", "time:timestamp", "lifecycle:transition", "org:resource"]),
            [(Case, 0), (Activity, 1), (End, 2), (Lifecycle, 3), (Resource, 4)]
        );
        assert_eq!(
            found(&["CaseID", "Activity", "EnableTimestamp", "StartTimestamp", "EndTimestamp", "Resource"]),
            [(Case, 0), (Activity, 1), (Enable, 2), (Start, 3), (End, 4), (Resource, 5)]
        );
        assert_eq!(
            found(&["Номер заявления", "Этап", "Дата начала", "Дата окончания", "Исполнитель"]),
            [(Case, 0), (Activity, 1), (Start, 2), (End, 3), (Resource, 4)]
        );
        assert_eq!(
            found(&["Zaaknummer", "Activiteit", "Code", "Datum/tijd", "Behandelaar", "Leges"]),
            [(Case, 0), (Activity, 1), (End, 3), (Resource, 4)]
        );
        assert_eq!(
            found(&["start_timestamp", "time:timestamp", "concept:name", "case:concept:name"])[2..],
            [(Start, 0), (End, 1)]
        );
    }

    #[test]
    fn a_given_column_goes_first_and_must_exist() {
        let header = vec!["case".to_owned(), "what".to_owned(), "activity".to_owned(), "when".to_owned()];
        let given = BTreeMap::from([(Role::Activity, "What".to_owned()), (Role::End, "when".to_owned())]);
        let columns = find(&header, &given).unwrap();
        assert_eq!((columns.get(Role::Activity), columns.get(Role::End)), (Some(1), Some(3)));
        assert!(find(&header, &BTreeMap::from([(Role::Case, "nr".to_owned())])).is_err());
    }
}
