//! What the mock server of one platform adds: the vendored document inside, which is served where no other is given.

use std::io;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use crate::load::LoadError;
use crate::options::Limits;
#[cfg(feature = "program")]
pub use crate::program::Program;
use crate::{Document, Options};

/// A document that is part of a program.
pub trait Vendored {
    /// The document, compiled once for the whole process.
    ///
    /// # Errors
    ///
    /// The diagnostics of a document that cannot be served.
    fn document() -> Result<Arc<Document>, LoadError>;
}

/// A [`MockServer`](crate::MockServer) that serves a vendored document unless it is given another.
#[derive(Debug)]
pub struct MockServer<V> {
    server: crate::MockServer,
    vendored: PhantomData<V>,
}

impl<V: Vendored> MockServer<V> {
    /// Starts a server for the vendored document.
    ///
    /// # Panics
    ///
    /// Where the vendored document cannot be served, which the crate's own tests rule out.
    #[track_caller]
    #[allow(clippy::expect_used, reason = "a test that cannot start its server has nothing better to do")]
    pub fn start() -> Self {
        Self::start_with(V::document().expect("the vendored document can be served"), Options::default())
    }

    /// Starts a server for a document.
    pub fn start_with(document: Arc<Document>, options: Options) -> Self {
        Self { server: crate::MockServer::start_with(document, options), vendored: PhantomData }
    }

    /// Starts a server that takes only so much from clients.
    pub fn try_start(document: Arc<Document>, options: Options, limits: Limits) -> io::Result<Self> {
        let server = crate::MockServer::try_start(document, options, limits)?;
        Ok(Self { server, vendored: PhantomData })
    }
}

impl<V> Deref for MockServer<V> {
    type Target = crate::MockServer;

    fn deref(&self) -> &Self::Target {
        &self.server
    }
}

/// Makes a crate, `keyapi-NAME-mock`, the mock server of the document `openapi/NAME.openapi.json` with what is beside it.
///
/// It is called at the root of that crate, whose build script is the one for such crates: `crates/mock/build/platform.rs`.
/// A package that needs no build script has the name, and the folder of what that would write.
#[macro_export]
macro_rules! platform {
    () => {
        $crate::platform!(env!("KEYAPI_PLATFORM"), env!("OUT_DIR"));
    };
    ($name:expr, $folder:expr) => {
        /// The name of the platform, which is that of its files.
        pub const PLATFORM: &str = $name;

        /// Loads the vendored document, and others.
        pub mod load {
            pub use $crate::load::*;

            const VENDORED: Embedded = include!(concat!($folder, "/embedded.rs"));

            /// The vendored document, compiled once for the whole process.
            pub fn vendored() -> ::std::result::Result<::std::sync::Arc<$crate::Document>, LoadError> {
                type Loaded = ::std::result::Result<::std::sync::Arc<$crate::Document>, LoadError>;
                static DOCUMENT: ::std::sync::LazyLock<Loaded> = ::std::sync::LazyLock::new(|| VENDORED.load());
                DOCUMENT.clone()
            }
        }

        /// Progenitor's typed httpmock extension: one method per operation, for responses of a test's own making.
        #[cfg(feature = "typed")]
        pub mod typed {
            // Generated code, which is not held to the lints of this workspace.
            #[allow(clippy::all, clippy::unwrap_used, missing_docs, unused)]
            mod generated {
                include!(concat!($folder, "/httpmock.rs"));
            }

            pub use generated::{MockServerExt, operations};
        }

        /// The vendored document, for [`MockServer`].
        #[derive(Debug)]
        pub enum Vendored {}

        impl $crate::platform::Vendored for Vendored {
            fn document() -> ::std::result::Result<::std::sync::Arc<$crate::Document>, load::LoadError> {
                load::vendored()
            }
        }

        /// A mock server inside the process of a test, which knows the vendored document.
        pub type MockServer = $crate::platform::MockServer<Vendored>;

        /// Runs the mock server as a program, by the command line.
        #[cfg(feature = "program")]
        pub fn program() -> ::std::process::ExitCode {
            let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
            let about = concat!(env!("CARGO_PKG_DESCRIPTION"), ", or from the one of --spec");
            $crate::platform::Program { name, version, about, document: load::vendored }.run()
        }

        // The items of this crate shadow the general ones, which cannot know this document.
        pub use $crate::*;
    };
}
