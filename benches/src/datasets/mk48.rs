//! What a server of the game Mk48.io tells its players: lists of small numbers, some bytes.

use super::Random;

records! {
    /// A kind of ship, an `enum.Enum` in Python.
    #[derive(Copy)]
    #[reduce(module = "bench_models", enum)]
    pub enum EntityType {
        /// A destroyer.
        ArleighBurke = 0,
        /// A battleship.
        Bismarck,
        /// A carrier.
        Clemenceau,
        /// A destroyer.
        Fletcher,
        /// A speedboat.
        G5,
        /// A battleship.
        Iowa,
        /// A destroyer.
        Kolkata,
        /// A missile boat.
        Osa,
        /// A submarine.
        Yasen,
        /// A hovercraft.
        Zubr,
    }

    /// Where something is and goes.
    #[derive(Copy)]
    #[reduce(module = "bench_models")]
    pub struct Transform {
        /// Above the water, or below.
        pub altitude: i8,
        /// The direction.
        pub angle: u16,
        /// Where.
        pub position: (f32, f32),
        /// How fast.
        pub velocity: i16,
    }

    /// Where a ship is steered.
    #[derive(Copy)]
    #[reduce(module = "bench_models")]
    pub struct Guidance {
        /// The direction.
        pub angle: u16,
        /// Whether it dives.
        pub submerge: bool,
        /// How fast.
        pub velocity: i16,
    }

    /// What a player sees of a ship.
    #[reduce(module = "bench_models")]
    pub struct Contact {
        /// How damaged it is.
        pub damage: u8,
        /// Its identity.
        pub entity_id: u32,
        /// Its kind, if that is visible.
        pub entity_type: Option<EntityType>,
        /// Where it is steered.
        pub guidance: Guidance,
        /// Whose it is, if that is visible.
        pub player_id: Option<u16>,
        /// Which weapons are loaded.
        pub reloads: Vec<bool>,
        /// Where it is.
        pub transform: Transform,
        /// Where its turrets point.
        pub turret_angles: Vec<u16>,
    }

    /// A change of the terrain.
    #[reduce(module = "bench_models")]
    pub struct TerrainUpdate {
        /// Where.
        pub chunk_id: (i8, i8),
        /// What is there now; bytes in every format that has them.
        #[serde(with = "serde_bytes")]
        pub data: Vec<u8>,
    }

    /// One message of the server.
    #[reduce(module = "bench_models")]
    pub struct Update {
        /// The ships.
        pub contacts: Vec<Contact>,
        /// The points of the player.
        pub score: u32,
        /// How large the world is.
        pub world_radius: f32,
        /// The changes of the terrain.
        pub terrain_updates: Vec<TerrainUpdate>,
    }

    /// Messages of the server.
    #[reduce(module = "bench_models")]
    pub struct Updates {
        /// The messages.
        pub updates: Vec<Update>,
    }
}

/// So many messages.
#[must_use]
pub fn updates(count: usize) -> Updates {
    Updates { updates: Random::new(4).many(count, update) }
}

fn update(random: &mut Random) -> Update {
    let players = random.between(200, 400);
    let world_radius =
        (f32::from(narrow::<u16>(players)) * 15_000.0).sqrt() + (random.any::<f32>() - 0.5) * 100.0;
    // The world is 1600 units for a chunk wide in each direction: two, for so few players.
    let (contacts, changes) = (20 + random.below(20), 3 + random.below(7));
    Update {
        contacts: random.many(contacts, |random| contact(random, players)),
        score: narrow(random.between(0, 5000)),
        world_radius,
        terrain_updates: random.many(changes, terrain_update),
    }
}

fn contact(random: &mut Random, players: i64) -> Contact {
    let ship = ship(random);
    let visible = random.chance(0.7);
    let (weapons, turrets) = if visible { armament(ship) } else { (0, 0) };
    let unhurt = visible && random.chance(0.6);
    let (loaded, ahead): (f64, u16) = (random.any(), random.any());
    Contact {
        damage: if unhurt { 0 } else { narrow(random.between(0, 200)) },
        entity_id: narrow(random.between(0, players * 20)),
        entity_type: visible.then_some(ship),
        guidance: Guidance {
            angle: random.any(),
            submerge: submerged(random, ship),
            velocity: velocity(random),
        },
        player_id: visible.then(|| narrow(random.between(0, players))),
        reloads: random.many(weapons, |random| random.chance(loaded)),
        transform: Transform {
            altitude: if submerged(random, ship) { narrow(random.between(-120, -35)) } else { 0 },
            angle: random.any(),
            position: ((random.any::<f32>() - 0.5) * 1500.0, (random.any::<f32>() - 0.5) * 1500.0),
            velocity: velocity(random),
        },
        turret_angles: random.many(turrets, |random| {
            let aside: i16 = narrow(random.between(-200, 200));
            if random.chance(0.75) { ahead.wrapping_add_signed(aside) } else { random.any() }
        }),
    }
}

/// A ship, small ones more often.
fn ship(random: &mut Random) -> EntityType {
    match random.below(4486) {
        0..214 => EntityType::ArleighBurke,
        214..266 => EntityType::Bismarck,
        266..363 => EntityType::Clemenceau,
        363..509 => EntityType::Fletcher,
        509..1825 => EntityType::G5,
        1825..1980 => EntityType::Iowa,
        1980..2063 => EntityType::Kolkata,
        2063..2788 => EntityType::Osa,
        2788..3194 => EntityType::Yasen,
        _ => EntityType::Zubr,
    }
}

/// The numbers of weapons and of turrets.
fn armament(ship: EntityType) -> (usize, usize) {
    match ship {
        EntityType::ArleighBurke => (20, 1),
        EntityType::Bismarck => (10, 4),
        EntityType::Clemenceau => (16, 4),
        EntityType::Fletcher => (18, 4),
        EntityType::G5 => (2, 0),
        EntityType::Iowa => (28, 3),
        EntityType::Kolkata => (15, 1),
        EntityType::Osa => (6, 2),
        EntityType::Yasen => (14, 0),
        EntityType::Zubr => (11, 3),
    }
}

fn submerged(random: &mut Random, ship: EntityType) -> bool {
    ship == EntityType::Yasen && random.chance(0.9)
}

fn velocity(random: &mut Random) -> i16 {
    match random.below(100) {
        0..80 => narrow(random.between(140, 900)),
        80..90 => 0,
        _ => narrow(random.between(-225, -35)),
    }
}

fn terrain_update(random: &mut Random) -> TerrainUpdate {
    let new = random.chance(0.02);
    let bytes = if new { 900 + random.below(200) } else { 3 + random.below(6) };
    TerrainUpdate {
        chunk_id: (narrow(random.between(-2, 2)), narrow(random.between(-2, 2))),
        data: random.many(bytes, Random::any),
    }
}

/// A number that fits.
fn narrow<T: TryFrom<i64> + Default>(number: i64) -> T {
    T::try_from(number).unwrap_or_default()
}
