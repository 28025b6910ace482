"""The register of units: sites, shops, gates, facilities, laboratories, stores, vehicles, teams, organisations."""
