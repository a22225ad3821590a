"""The protocols that come with the kit, one TOML file each."""
