# The gate. On a machine with python3 (3.11 or newer), make and git, every target sets itself up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
DEMO ?= demo
MONTH := 2026-10
AS_OF := 2026-10-20

.DEFAULT_GOAL := help
.PHONY: help venv test lint demo faults bench fuzz hostile build pictures rendering manual fmt lock wheel package clean

help:
	@echo 'make demo    造一个虚拟县，汇总它，并说明打开哪些文件 (build a pretend county and consolidate it)'
	@echo 'make test    全部检查 (lint, types, layers, built workbooks, tests)'
	@echo 'make bench   速度对比 docs/bench.md (25 to 2,500 schools, other libraries beside us; takes a quarter of an hour)'
	@echo 'make fuzz    变异测试：一万个被改动的文件 (mutated workbooks; takes about ten minutes)'
	@echo 'make hostile 恶意文件对照表 docs/hostile.md (hostile files, three readers; takes minutes)'
	@echo 'make faults  断电、杀进程、磁盘满时写结果 (faults while writing: 500 kills; takes minutes)'
	@echo 'make build   由 config/ 重建 workbooks/ 和 docs/ 里生成的页 (rebuild what is generated)'
	@echo 'make pictures  由演示县重做图册、打印检查和手册示例 (needs LibreOffice; pictures, print check, answers of the manual)'
	@echo 'make rendering 另存以后还一样吗 docs/rendering.md (needs LibreOffice; files saved again, compared)'
	@echo 'make manual  使用手册的网页和 PDF，在 build/manual (the manual as a site and a PDF)'
	@echo 'make package OUT=…  做 Windows 安装文件夹 (install folder; PYTHON_ZIP=embeddable Python)'
	@echo 'make fmt     排版代码 (format)      make lock    重新锁定依赖 (resolve dependencies)'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo '需要 Python 3.11 或更新版本 (set PYTHON=python3.x)'; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo '缺少 venv 模块；Debian/Ubuntu: apt-get install python3-venv'; exit 1; }

$(VENV)/.run: $(BIN)/python requirements.lock pyproject.toml
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements-bench.lock
	$(PIP) --require-hashes --requirement requirements-bench.lock
	@touch $@

venv: $(VENV)/.dev

demo: $(VENV)/.run
	@rm -rf '$(DEMO)'
	@$(BIN)/kbbx-xl demo '$(DEMO)/county' --month $(MONTH) --messy
	@$(BIN)/kbbx-xl county '$(DEMO)/county' --month $(MONTH) --as-of $(AS_OF) -o '$(DEMO)/out' \
	  --json '$(DEMO)/county.json'
	@echo
	@echo '请打开 (open these): 汇总结果'
	@find '$(DEMO)/out' -type f \( -name '*.xlsx' -o -name '*.docx' \) | sort | sed 's/^/  /'
	@echo '学校填好的工作簿 (workbooks as a school fills them)'
	@for book in 登记表 月报表 责任人名单; do \
	  find '$(DEMO)/county/报送' -name "$$book.xlsx" | sort | tail -n 1 | sed 's/^/  /'; done
	@echo '单位目录 (who reports)'
	@echo '  $(DEMO)/county/单位目录.xlsx'

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/kbbx-xl build --check
	$(BIN)/python tools/reference.py --check
	$(BIN)/python tools/rules_coverage.py --check
	$(BIN)/python tools/looks.py --check
	$(BIN)/pytest -n auto --dist loadfile

faults: $(VENV)/.dev
	$(BIN)/pytest -q tests/faults
	$(BIN)/python -m tests.faults.kills $(FAULTS)

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(BENCH)

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz --count 10000 --seed 1 $(FUZZ)

hostile: $(VENV)/.dev
	$(BIN)/python -m benchmarks.hostile -o docs/hostile.md $(HOSTILE)

build: $(VENV)/.dev
	$(BIN)/kbbx-xl build
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/rules_coverage.py
	$(BIN)/python tools/looks.py

pictures: $(VENV)/.dev
	$(BIN)/python -m tools.paper pictures print

rendering: $(VENV)/.dev
	$(BIN)/python -m tools.paper rendering

manual: $(VENV)/.dev
	$(BIN)/python tools/manual

fmt: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.dev
	tools/lock.sh

wheel: $(VENV)/.run
	$(BIN)/python -m hatchling build --target wheel

package: $(VENV)/.run
	$(BIN)/python tools/install_folder.py '$(OUT)' $(if $(PYTHON_ZIP),--python-zip '$(PYTHON_ZIP)')

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache '$(DEMO)'
