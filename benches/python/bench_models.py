"""The classes of the datasets, as plain Python classes with a __dict__."""
import enum


def plain(*names):
    """Defines classes without anything of their own."""
    for name in names:
        globals()[name] = type(name, (object,), {"__module__": __name__})


plain("Address", "Log", "Logs")
plain("Vector3", "Triangle", "Mesh")
plain("Item", "Abilities", "Entity", "RecipeBook", "Player", "Players")
plain("Transform", "Guidance", "Contact", "TerrainUpdate", "Update", "Updates")

GameType = enum.Enum(
    "GameType",
    "Survival Creative Adventure Spectator",
    module=__name__,
    start=0,
)

EntityType = enum.Enum(
    "EntityType",
    "ArleighBurke Bismarck Clemenceau Fletcher G5 Iowa Kolkata Osa Yasen Zubr",
    module=__name__,
    start=0,
)
