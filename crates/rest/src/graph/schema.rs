//! The schema that documents are checked against, read from the text beside this file.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use async_graphql_parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql_parser::{Positioned, parse_schema};

/// What can be asked for.
pub(super) struct Schema {
    types: BTreeMap<String, TypeDefinition>,
}

impl Schema {
    /// The schema; the same for all.
    pub(super) fn get() -> &'static Self {
        static SCHEMA: OnceLock<Schema> = OnceLock::new();
        SCHEMA.get_or_init(|| {
            let mut types = BTreeMap::new();
            // A test reads the text too: what it has not, cannot be asked for.
            let document = parse_schema(include_str!("schema.graphql"));
            for definition in document.map(|it| it.definitions).unwrap_or_default() {
                if let TypeSystemDefinition::Type(definition) = definition {
                    types.insert(definition.node.name.node.to_string(), definition.node);
                }
            }
            Self { types }
        })
    }

    /// A type by its name.
    pub(super) fn named(&self, name: &str) -> Option<&TypeDefinition> {
        self.types.get(name)
    }

    /// All types, by name.
    pub(super) fn types(&self) -> impl Iterator<Item = &TypeDefinition> {
        self.types.values()
    }

    /// The field of a type.
    pub(super) fn field(&self, type_name: &str, field: &str) -> Option<&FieldDefinition> {
        let fields = fields_of(self.named(type_name)?);
        let mut fields = fields.iter().map(|each| &each.node);
        fields.find(|each| each.name.node == field)
    }

    /// Whether objects of a type are of another one too: itself, an interface, a union.
    pub(super) fn is_a(&self, type_name: &str, other: &str) -> bool {
        if type_name == other {
            return true;
        }
        let members = match self.named(other).map(|definition| &definition.kind) {
            Some(TypeKind::Union(union)) => &union.members,
            _ => match self.named(type_name).map(|definition| &definition.kind) {
                Some(TypeKind::Object(object)) => {
                    return object.implements.iter().any(|name| name.node == other);
                }
                _ => return false,
            },
        };
        members.iter().any(|name| name.node == type_name)
    }

    /// Whether values of a type have fields to select.
    pub(super) fn is_composite(&self, name: &str) -> bool {
        let kind = self.named(name).map(|definition| &definition.kind);
        matches!(
            kind,
            Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_))
        )
    }
}

/// The fields of an object or an interface.
pub(super) fn fields_of(definition: &TypeDefinition) -> &[Positioned<FieldDefinition>] {
    match &definition.kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => &[],
    }
}

/// The fields of an input object.
pub(super) fn inputs_of(definition: &TypeDefinition) -> &[Positioned<InputValueDefinition>] {
    match &definition.kind {
        TypeKind::InputObject(input) => &input.fields,
        _ => &[],
    }
}

/// The name of a type within its lists.
pub(super) fn innermost(of: &Type) -> &str {
    let mut base = &of.base;
    loop {
        match base {
            BaseType::Named(name) => return name,
            BaseType::List(inner) => base = &inner.base,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_is_named_is_there() {
        parse_schema(include_str!("schema.graphql")).unwrap();
        let schema = Schema::get();
        let known = |of: &Type| assert!(schema.named(innermost(of)).is_some(), "{of}");
        for definition in schema.types() {
            for field in fields_of(definition) {
                known(&field.node.ty.node);
                for argument in &field.node.arguments {
                    known(&argument.node.ty.node);
                }
            }
            for input in inputs_of(definition) {
                known(&input.node.ty.node);
            }
            if let TypeKind::Object(object) = &definition.kind {
                for name in &object.implements {
                    let interface = schema.named(&name.node).unwrap();
                    for field in fields_of(interface) {
                        let own = schema.field(&definition.name.node, &field.node.name.node);
                        assert!(
                            own.is_some(),
                            "{} {}",
                            definition.name.node,
                            field.node.name.node
                        );
                    }
                }
            }
        }
        assert!(schema.is_a("Issue", "IssueOrPullRequest") && schema.is_a("User", "Actor"));
        assert!(!schema.is_a("Label", "Actor") && !schema.is_a("Nothing", "Issue"));
    }
}
