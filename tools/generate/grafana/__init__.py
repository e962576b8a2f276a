"""dashboards/grafana/*.json, built from code with Grafana's own builders."""
