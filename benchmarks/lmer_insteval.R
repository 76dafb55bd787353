# One fit of InstEval by lme4, timed inside R: reading and loading are not counted.
#
#     Rscript benchmarks/lmer_insteval.R ../shared/data/insteval/InstEval.csv.gz
suppressMessages(library(lme4))
ratings <- read.csv(commandArgs(trailingOnly = TRUE)[1])
for (name in c("s", "d", "dept", "service")) ratings[[name]] <- factor(ratings[[name]])
invisible(gc())
clock <- function() proc.time()[["elapsed"]]
start <- clock()
fit <- lmer(y ~ 1 + (1 | s) + (1 | d) + (1 | dept:service), ratings)
fitted <- clock()
told <- ranef(fit, condVar = TRUE)
cat(sprintf("%.3f %.3f %.9f\n", fitted - start, clock() - fitted, REMLcrit(fit)))
