"""Local service for other programs: pictures recognized over HTTP, comings and goings as events, MQTT."""
