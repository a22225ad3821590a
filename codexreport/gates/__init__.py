"""The gates that come with the kit, one TOML file each: read them, copy them, change them."""
