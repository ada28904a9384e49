"""Where a demo is kept, and what in its folder is called what."""

from pathlib import Path

DATA_FOLDER = Path(".ecard")
READY, REGISTRY, SMS, CITY, SETTINGS = "demo.json", "registry.json", "sms.jsonl", "city.json", "settings.json"
MESSAGES = "messages.jsonl"
