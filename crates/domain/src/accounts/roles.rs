//! What a person may be and in which state their account is.

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name under which the value is stored and shown.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Reads a name back; `None` for a name that no value has.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    };
}

pub(super) use named;

named!(
    /// What a person may do, from least to most.
    Role {
        /// Their own profile, their own images, what is published for everybody.
        Member => "member",
        /// Other people's shifts, boards, scores and images.
        Manager => "manager",
        /// Everything, and alone gives or changes `manager` and `admin`.
        Admin => "admin",
    }
);
named!(
    /// The state of a person's account.
    Status {
        /// May sign in.
        Active => "active",
        /// May not sign in for now.
        Suspended => "suspended",
        /// Out of the directory; the row stays and can be restored.
        Deleted => "deleted",
    }
);

#[cfg(test)]
mod tests {
    use super::{Role, Status};

    #[test]
    fn names_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.name()), Some(*role));
        }
        for status in Status::ALL {
            assert_eq!(Status::parse(status.name()), Some(*status));
        }
        assert_eq!(Role::parse("owner"), None);
    }

    #[test]
    fn roles_are_ordered_by_what_they_may_do() {
        assert!(Role::Member < Role::Manager && Role::Manager < Role::Admin);
    }
}
