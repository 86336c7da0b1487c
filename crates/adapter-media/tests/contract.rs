//! Holds the real processor to the promises of its port.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use adapter_media::PictureProcessor;

testkit::image_processor_contract!(async { PictureProcessor::new(2, 0) });
