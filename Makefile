# Every goal sets up what is missing first; the same works without make: python3 -m facecam.setup GOAL
PYTHON ?= python3
# --cpu: without the libraries for an NVIDIA card, from now on; --gpu takes that back.
FLAGS ?=

.PHONY: run test check setup bundle bench coverage docs faults translations screenshots animation e2e desktop sbom hooks licences
run:
	@$(PYTHON) -m facecam.setup run
test:
	@$(PYTHON) -m facecam.setup test
check:
	@$(PYTHON) -m facecam.setup check
setup:
	@$(PYTHON) -m facecam.setup prepare $(FLAGS)
# One folder for people without Python: build/bundle/facecam.
bundle:
	@$(PYTHON) -m facecam.setup bundle
bench: setup
	@.venv/bin/python main.py bench

# Which lines and branches of the code the tests reach; told, not enforced. What runs in other processes is not seen.
coverage: setup
	@QT_QPA_PLATFORM=offscreen .venv/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --cov --cov-report=term --cov-report=html
	@echo "facecam: line by line in build/coverage/index.html"

# Kills every change of people at each file it changes, fills the disk, refuses to write; goes on where it was stopped.
faults: setup
	@.venv/bin/python -m tests.faults

# A bill of materials (CycloneDX) of everything that is pinned; its tool has an environment of its own.
sbom: setup
	@.venv/bin/python -m venv .venv/sbom
	@.venv/sbom/bin/python -m pip install --quiet cyclonedx-bom==7.5.0
	@.venv/sbom/bin/cyclonedx-py requirements --output-reproducible --output-format JSON --output-file sbom.json requirements.txt
	@echo "written: sbom.json"
# The quick half of the checks before each commit, from now on; its tool has an environment of its own.
hooks: setup
	@.venv/bin/python -m venv .venv/pre-commit
	@.venv/pre-commit/bin/python -m pip install --quiet pre-commit==4.7.0
	@.venv/pre-commit/bin/pre-commit install
licences: setup
	@.venv/bin/python main.py doctor --licences > docs/LICENCES.md

# The texts of the window: collects them from the code, then compiles what was translated.
TEXTS = facecam/assets/translations/facecam
LUPDATE = .venv/bin/pyside6-lupdate -extensions py facecam/gui -locations none -no-obsolete -source-language en_GB
translations: setup
	@$(LUPDATE) -target-language de_DE -ts $(TEXTS)_de.ts
	@$(LUPDATE) -target-language en_GB -pluralonly -ts $(TEXTS)_en.ts
	@.venv/bin/pyside6-lrelease -silent $(TEXTS)_de.ts $(TEXTS)_en.ts
# Pictures of the window for the documentation, taken off screen.
screenshots: setup
	@.venv/bin/python -m tests.gui.screenshots docs/images
# The animated picture of the demo in the README, made of pictures of the window.
animation: setup
	@.venv/bin/python -m tests.gui.animation docs/images/demo.webp
# Pages of the library from its docstrings, in build/docs; what makes them has an environment of its own.
docs: setup
	@test -d .venv-docs || .venv/bin/uv venv --quiet .venv-docs
	@.venv/bin/uv pip install --quiet --no-deps --python .venv-docs -r requirements-docs.txt
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict --quiet
	@echo "facecam: the pages are in build/docs/index.html"
# The window from enrollment to recognition on a virtual screen; needs Xvfb.
e2e: setup
	@.venv/bin/python -m tests.gui.end_to_end
# An entry in the desktop's menu that starts this checkout.
APPLICATIONS ?= $(or $(XDG_DATA_HOME),$(HOME)/.local/share)/applications
desktop: setup
	@mkdir -p "$(APPLICATIONS)"
	@sed "s|@ROOT@|$(CURDIR)|g" facecam/assets/facecam.desktop > "$(APPLICATIONS)/facecam.desktop"
	@echo "facecam is in the menu now: $(APPLICATIONS)/facecam.desktop"
