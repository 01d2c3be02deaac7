//! The schema as clients ask for it, to find out what there is.

use std::rc::Rc;

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{BaseType, InputValueDefinition, Type, TypeDefinition, TypeKind};
use async_graphql_value::Name;

use super::object::{Object, Resolved};
use super::run::Ask;
use super::schema::{Schema, fields_of, inputs_of};

/// The arguments of `__type`: a name.
pub(super) fn type_arguments() -> &'static [Positioned<InputValueDefinition>] {
    let field = Schema::get().field("__Introspection", "__type");
    field.map_or(&[], |field| field.arguments.as_slice())
}

/// The type of this name.
pub(super) fn named(schema: &Schema, name: &str) -> Resolved {
    let known = schema.named(name);
    Resolved::maybe(known.map(|known| plain(&known.name.node)))
}

/// The whole schema.
pub(super) fn whole(schema: &Schema) -> Resolved {
    let types = schema.types().filter(|each| each.name.node != HIDDEN);
    let types = types.map(|each| plain(&each.name.node).into()).collect();
    let fields = vec![
        ("queryType", named(schema, "Query")),
        ("mutationType", named(schema, "Mutation")),
        ("types", Resolved::List(types)),
    ];
    Object::plain("__Schema", fields).into()
}

/// What only has the arguments of introspection.
const HIDDEN: &str = "__Introspection";

fn plain(name: &Name) -> Object {
    Object::Type(Rc::new(Type {
        base: BaseType::Named(name.clone()),
        nullable: true,
    }))
}

/// A field of a type.
pub(super) fn of_type(schema: &Schema, of: &Type, ask: &Ask<'_>) -> Resolved {
    let inner = match (&of.base, of.nullable) {
        (base, false) => Some(Type {
            base: base.clone(),
            nullable: true,
        }),
        (BaseType::List(inner), true) => Some((**inner).clone()),
        (BaseType::Named(_), true) => None,
    };
    if let Some(inner) = inner {
        return match ask.name {
            "kind" if of.nullable => Resolved::text("LIST"),
            "kind" => Resolved::text("NON_NULL"),
            "ofType" => Object::Type(Rc::new(inner)).into(),
            _ => Resolved::Null,
        };
    }
    let name = super::schema::innermost(of);
    match schema.named(name) {
        Some(definition) => of_named(schema, definition, ask.name),
        None => Resolved::Null,
    }
}

fn of_named(schema: &Schema, definition: &TypeDefinition, asked: &str) -> Resolved {
    let kind = &definition.kind;
    let names = |names: &[Positioned<Name>]| {
        let types = names.iter().map(|name| plain(&name.node).into());
        Resolved::List(types.collect())
    };
    match (asked, kind) {
        ("name", _) => Resolved::text(definition.name.node.as_str()),
        ("kind", _) => Resolved::text(match kind {
            TypeKind::Scalar => "SCALAR",
            TypeKind::Object(_) => "OBJECT",
            TypeKind::Interface(_) => "INTERFACE",
            TypeKind::Union(_) => "UNION",
            TypeKind::Enum(_) => "ENUM",
            TypeKind::InputObject(_) => "INPUT_OBJECT",
        }),
        ("fields", TypeKind::Object(_) | TypeKind::Interface(_)) => {
            let fields = fields_of(definition).iter().map(|field| {
                let fields = vec![
                    ("name", Resolved::text(field.node.name.node.as_str())),
                    ("args", inputs(&field.node.arguments)),
                    ("type", typed(&field.node.ty.node)),
                    ("isDeprecated", Resolved::Scalar(false.into())),
                ];
                Object::plain("__Field", fields).into()
            });
            Resolved::List(fields.collect())
        }
        ("inputFields", TypeKind::InputObject(_)) => inputs(inputs_of(definition)),
        ("enumValues", TypeKind::Enum(words)) => {
            let words = words.values.iter().map(|word| {
                let fields = vec![
                    ("name", Resolved::text(word.node.value.node.as_str())),
                    ("isDeprecated", Resolved::Scalar(false.into())),
                ];
                Object::plain("__EnumValue", fields).into()
            });
            Resolved::List(words.collect())
        }
        ("interfaces", TypeKind::Object(object)) => names(&object.implements),
        ("possibleTypes", TypeKind::Union(union)) => names(&union.members),
        ("possibleTypes", TypeKind::Interface(_)) => {
            let own = &definition.name.node;
            let all = schema
                .types()
                .filter(|each| each.name.node != *own && schema.is_a(&each.name.node, own));
            Resolved::List(all.map(|each| plain(&each.name.node).into()).collect())
        }
        _ => Resolved::Null,
    }
}

fn typed(of: &Type) -> Resolved {
    Object::Type(Rc::new(of.clone())).into()
}

fn inputs(inputs: &[Positioned<InputValueDefinition>]) -> Resolved {
    let inputs = inputs.iter().map(|input| {
        let fields = vec![
            ("name", Resolved::text(input.node.name.node.as_str())),
            ("type", typed(&input.node.ty.node)),
        ];
        Object::plain("__InputValue", fields).into()
    });
    Resolved::List(inputs.collect())
}
