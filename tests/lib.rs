//! Contract tests of the workspace.
