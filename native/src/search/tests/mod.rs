//! Rankings against sorting all documents, and searches of segments that were changed.

mod damage;
mod gathering;
mod rankings;
mod side_by_side;
