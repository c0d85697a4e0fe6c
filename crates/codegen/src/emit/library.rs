//! The root of an SDK crate: its modules, the constants of its platform, and what it passes on of the runtime.

use proc_macro2::TokenStream;
use quote::quote;

/// The source that the crate includes, so that a crate of another platform repeats none of it.
///
/// It includes the other sources from the folder that it is in itself: a build script's, or that of a package.
pub(crate) fn library(has_servers: bool, has_headers: bool) -> TokenStream {
    let servers = has_servers.then(|| {
        quote!(
            pub use requests::servers;
        )
    });
    let headers = has_headers.then(|| {
        quote!(
            pub use requests::headers;
        )
    });
    quote! {
        /// Progenitor's output, for the code that is generated from it. Use [`Client`] and [`types`].
        #[doc(hidden)]
        #[allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unused, deprecated)]
        pub mod generated {
            include!("client.rs");
        }

        // What callers are told not to use is called here.
        #[allow(clippy::all, deprecated)]
        mod requests {
            include!("requests.rs");
        }

        /// Calls of operations that are known by name only at run time.
        #[cfg(feature = "dispatch")]
        #[allow(clippy::all, deprecated)]
        pub mod dispatch {
            include!("dispatch.rs");
        }

        /// Calls that a thread waits for.
        #[cfg(feature = "blocking")]
        #[allow(clippy::all, deprecated)]
        pub mod blocking {
            include!("blocking.rs");
        }

        pub use generated::types;
        #[doc(inline)]
        pub use keyapi_provider::{KEY_VARIABLE, STATUSES};
        #[doc(inline)]
        pub use keyapi_runtime::sdk::*;
        pub use requests::{BASE_URL, Client, ClientBuilder, OPERATIONS, operations, params};
        #servers
        #headers

        pub(crate) static PLATFORM: keyapi_runtime::Platform = keyapi_runtime::Platform {
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
            base_url: BASE_URL,
            operations: OPERATIONS,
            key: keyapi_provider::KEY,
            statuses: STATUSES,
            envelope: requests::ENVELOPE,
        };
    }
}
