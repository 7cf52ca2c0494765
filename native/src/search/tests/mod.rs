//! Rankings against sorting all documents.

mod rankings;
