# Every goal sets up what is missing first; the same works without make: python3 -m facecam.setup GOAL
PYTHON ?= python3

.PHONY: run test check setup bench
run:
	@$(PYTHON) -m facecam.setup run
test:
	@$(PYTHON) -m facecam.setup test
check:
	@$(PYTHON) -m facecam.setup check
setup:
	@$(PYTHON) -m facecam.setup prepare
bench: setup
	@.venv/bin/python main.py bench
