//! A mesh of triangles: floats and nothing else.

use super::Random;

records! {
    /// A point or direction in space.
    #[derive(Copy)]
    #[reduce(module = "bench_models")]
    pub struct Vector3 {
        /// To the right.
        pub x: f32,
        /// Upwards.
        pub y: f32,
        /// Towards the viewer.
        pub z: f32,
    }

    /// A triangle with its normal.
    #[derive(Copy)]
    #[reduce(module = "bench_models")]
    pub struct Triangle {
        /// A corner.
        pub v0: Vector3,
        /// A corner.
        pub v1: Vector3,
        /// A corner.
        pub v2: Vector3,
        /// The direction it faces.
        pub normal: Vector3,
    }

    /// A mesh.
    #[reduce(module = "bench_models")]
    pub struct Mesh {
        /// Its triangles.
        pub triangles: Vec<Triangle>,
    }
}

/// A mesh of so many triangles.
#[must_use]
pub fn mesh(triangles: usize) -> Mesh {
    Mesh { triangles: Random::new(2).many(triangles, triangle) }
}

fn triangle(random: &mut Random) -> Triangle {
    Triangle { v0: vector(random), v1: vector(random), v2: vector(random), normal: vector(random) }
}

fn vector(random: &mut Random) -> Vector3 {
    Vector3 { x: random.any(), y: random.any(), z: random.any() }
}
