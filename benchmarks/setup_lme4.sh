#!/bin/sh
# Installs R and lme4 from Debian's own packages: the rival of `insteval.py`, needed by nothing else.
set -eu
if command -v Rscript >/dev/null && Rscript -e 'library(lme4)' >/dev/null 2>&1; then
    echo "lme4 is here already"
else
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends r-cran-lme4
fi
Rscript -e 'cat("lme4", format(packageVersion("lme4")), "on", R.version.string, "\n")'
