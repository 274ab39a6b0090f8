"""kg: a knowledge graph of regional Party-building alliances (区域化党建联盟)."""

__version__ = "0.1.0"
