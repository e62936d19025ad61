//! Saved players of Minecraft (`minecraft_savedata`): wide records, options, lists of items.

use super::Random;

records! {
    /// How a player plays, an `enum.Enum` in Python.
    #[derive(Copy)]
    #[reduce(module = "bench_models", enum)]
    pub enum GameType {
        /// With hunger and monsters.
        Survival = 0,
        /// With everything at hand.
        Creative,
        /// With someone else's rules.
        Adventure,
        /// As a ghost.
        Spectator,
    }

    /// Some things of a kind.
    #[reduce(module = "bench_models")]
    pub struct Item {
        /// How many.
        pub count: i8,
        /// Where in the inventory.
        pub slot: u8,
        /// Their kind.
        pub id: String,
    }

    /// What a player can do.
    #[derive(Copy)]
    #[reduce(module = "bench_models")]
    pub struct Abilities {
        /// How fast the player walks.
        pub walk_speed: f32,
        /// How fast the player flies.
        pub fly_speed: f32,
        /// Whether the player could fly.
        pub may_fly: bool,
        /// Whether the player flies.
        pub flying: bool,
        /// Whether nothing hurts.
        pub invulnerable: bool,
        /// Whether blocks can be placed.
        pub may_build: bool,
        /// Whether blocks break at once.
        pub instabuild: bool,
    }

    /// A creature.
    #[reduce(module = "bench_models")]
    pub struct Entity {
        /// Its kind.
        pub id: String,
        /// Where it is.
        pub pos: (f64, f64, f64),
        /// Where it goes.
        pub motion: (f64, f64, f64),
        /// Where it looks.
        pub rotation: (f32, f32),
        /// How far it fell.
        pub fall_distance: f32,
        /// How long it still burns.
        pub fire: u16,
        /// How long it can still hold its breath.
        pub air: u16,
        /// Whether it stands.
        pub on_ground: bool,
        /// Whether it floats.
        pub no_gravity: bool,
        /// Whether nothing hurts it.
        pub invulnerable: bool,
        /// How long until it can take a portal again.
        pub portal_cooldown: i32,
        /// Its identity.
        pub uuid: [u32; 4],
        /// The name that a player gave it.
        pub custom_name: Option<String>,
        /// Whether that name is shown.
        pub custom_name_visible: bool,
        /// Whether it makes no sound.
        pub silent: bool,
        /// Whether it glows.
        pub glowing: bool,
    }

    /// What a player knows to make.
    #[reduce(module = "bench_models")]
    pub struct RecipeBook {
        /// The known recipes.
        pub recipes: Vec<String>,
        /// The new ones.
        pub to_be_displayed: Vec<String>,
        /// Whether the crafting table shows only what can be made.
        pub is_filtering_craftable: bool,
        /// Whether the crafting table shows the book.
        pub is_gui_open: bool,
        /// Whether the furnace shows only what can be made.
        pub is_furnace_filtering_craftable: bool,
        /// Whether the furnace shows the book.
        pub is_furnace_gui_open: bool,
        /// Whether the blast furnace shows only what can be made.
        pub is_blasting_furnace_filtering_craftable: bool,
        /// Whether the blast furnace shows the book.
        pub is_blasting_furnace_gui_open: bool,
        /// Whether the smoker shows only what can be made.
        pub is_smoker_filtering_craftable: bool,
        /// Whether the smoker shows the book.
        pub is_smoker_gui_open: bool,
    }

    /// A player.
    #[reduce(module = "bench_models")]
    pub struct Player {
        /// How the player plays.
        pub game_type: GameType,
        /// How the player played before.
        pub previous_game_type: GameType,
        /// The points.
        pub score: i64,
        /// The world that the player is in.
        pub dimension: String,
        /// What the player holds, by its slot.
        pub selected_item_slot: u32,
        /// What the player holds.
        pub selected_item: Item,
        /// The world to return to.
        pub spawn_dimension: Option<String>,
        /// Where to return to.
        pub spawn_x: i64,
        /// Where to return to.
        pub spawn_y: i64,
        /// Where to return to.
        pub spawn_z: i64,
        /// Whether to return there without a bed.
        pub spawn_forced: Option<bool>,
        /// How long the player slept.
        pub sleep_timer: u16,
        /// How exhausted the player is.
        pub food_exhaustion_level: f32,
        /// How sated the player is.
        pub food_saturation_level: f32,
        /// When hunger counts again.
        pub food_tick_timer: u32,
        /// The level.
        pub xp_level: u32,
        /// How near the next level is.
        pub xp_p: f32,
        /// The experience.
        pub xp_total: i32,
        /// The seed of the next enchantment.
        pub xp_seed: i32,
        /// What the player carries.
        pub inventory: Vec<Item>,
        /// What the player has in the ender chest.
        pub ender_items: Vec<Item>,
        /// What the player can do.
        pub abilities: Abilities,
        /// Where the player entered the nether.
        pub entered_nether_position: Option<(f64, f64, f64)>,
        /// What the player rides, with its identity.
        pub root_vehicle: Option<([u32; 4], Entity)>,
        /// What sits on the left shoulder.
        pub shoulder_entity_left: Option<Entity>,
        /// What sits on the right shoulder.
        pub shoulder_entity_right: Option<Entity>,
        /// Whether the player saw the end.
        pub seen_credits: bool,
        /// What the player knows to make.
        pub recipe_book: RecipeBook,
    }

    /// All players of a world.
    #[reduce(module = "bench_models")]
    pub struct Players {
        /// The players.
        pub players: Vec<Player>,
    }
}

/// So many players.
#[must_use]
pub fn players(count: usize) -> Players {
    Players { players: Random::new(3).many(count, player) }
}

const DIMENSIONS: &[&str] = &["overworld", "nether", "end"];

fn player(random: &mut Random) -> Player {
    let (carried, stored) = (random.below(40), random.below(27));
    Player {
        game_type: game_type(random),
        previous_game_type: game_type(random),
        score: random.any(),
        dimension: random.pick(DIMENSIONS).to_owned(),
        selected_item_slot: random.any(),
        selected_item: item(random),
        spawn_dimension: random.maybe(|random| random.pick(DIMENSIONS).to_owned()),
        spawn_x: random.any(),
        spawn_y: random.any(),
        spawn_z: random.any(),
        spawn_forced: random.maybe(Random::any),
        sleep_timer: random.any(),
        food_exhaustion_level: random.any(),
        food_saturation_level: random.any(),
        food_tick_timer: random.any(),
        xp_level: random.any(),
        xp_p: random.any(),
        xp_total: random.any(),
        xp_seed: random.any(),
        inventory: random.many(carried, item),
        ender_items: random.many(stored, item),
        abilities: abilities(random),
        entered_nether_position: random.maybe(position),
        root_vehicle: random.maybe(|random| (uuid(random), entity(random))),
        shoulder_entity_left: random.maybe(entity),
        shoulder_entity_right: random.maybe(entity),
        seen_credits: random.any(),
        recipe_book: recipe_book(random),
    }
}

fn game_type(random: &mut Random) -> GameType {
    match random.below(4) {
        0 => GameType::Survival,
        1 => GameType::Creative,
        2 => GameType::Adventure,
        _ => GameType::Spectator,
    }
}

fn item(random: &mut Random) -> Item {
    const IDS: &[&str] =
        &["dirt", "stone", "pickaxe", "sand", "gravel", "shovel", "chestplate", "steak"];
    Item { count: random.any(), slot: random.any(), id: random.pick(IDS).to_owned() }
}

fn abilities(random: &mut Random) -> Abilities {
    Abilities {
        walk_speed: random.any(),
        fly_speed: random.any(),
        may_fly: random.any(),
        flying: random.any(),
        invulnerable: random.any(),
        may_build: random.any(),
        instabuild: random.any(),
    }
}

fn entity(random: &mut Random) -> Entity {
    const IDS: &[&str] =
        &["cow", "sheep", "zombie", "skeleton", "spider", "creeper", "parrot", "bee"];
    const NAMES: &[&str] =
        &["rainbow", "princess", "steve", "johnny", "missy", "coward", "fairy", "howard"];
    Entity {
        id: random.pick(IDS).to_owned(),
        pos: position(random),
        motion: position(random),
        rotation: (random.any(), random.any()),
        fall_distance: random.any(),
        fire: random.any(),
        air: random.any(),
        on_ground: random.any(),
        no_gravity: random.any(),
        invulnerable: random.any(),
        portal_cooldown: random.any(),
        uuid: uuid(random),
        custom_name: random.maybe(|random| random.pick(NAMES).to_owned()),
        custom_name_visible: random.any(),
        silent: random.any(),
        glowing: random.any(),
    }
}

fn position(random: &mut Random) -> (f64, f64, f64) {
    (random.any(), random.any(), random.any())
}

fn uuid(random: &mut Random) -> [u32; 4] {
    std::array::from_fn(|_| random.any())
}

fn recipe_book(random: &mut Random) -> RecipeBook {
    const RECIPES: &[&str] =
        &["pickaxe", "torch", "bow", "crafting table", "furnace", "shears", "arrow", "tnt"];
    let mut names = |end| {
        let count = random.below(end);
        random.many(count, |random| random.pick(RECIPES).to_owned())
    };
    RecipeBook {
        recipes: names(30),
        to_be_displayed: names(10),
        is_filtering_craftable: random.any(),
        is_gui_open: random.any(),
        is_furnace_filtering_craftable: random.any(),
        is_furnace_gui_open: random.any(),
        is_blasting_furnace_filtering_craftable: random.any(),
        is_blasting_furnace_gui_open: random.any(),
        is_smoker_filtering_craftable: random.any(),
        is_smoker_gui_open: random.any(),
    }
}
