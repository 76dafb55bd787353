# Fits lme4's models again with tolerances near the machine's, for tests/parity.
#
#     Rscript benchmarks/lme4_tight.R ../shared/data tests/parity
#
# lme4's default stops where the criterion changes by 1e-8 or so. InstEval's is so flat in
# dept:service that its variance is then 1.5e-4 off and BLUPs 7e-6; at 1e-12 the digits settle.
suppressMessages(library(lme4))
call <- commandArgs(trailingOnly = TRUE)
data <- function(...) file.path(call[1], ...)
tight <- lmerControl(
  optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-12, xtol_rel = 0, ftol_rel = 0, maxeval = 5000),
  check.conv.grad = "ignore" # its finite differences are coarser than the optimum
)
insteval <- read.csv(data("insteval", "InstEval.csv.gz"))
for (name in c("s", "d", "dept", "service")) insteval[[name]] <- factor(insteval[[name]])
exam <- read.csv(data("exam", "Exam.csv"))
exam$school <- factor(exam$school)
exam$schgend <- factor(exam$schgend, levels = c("mixed", "boys", "girls"))
sleep <- read.csv(data("small", "sleepstudy.csv"))
penicillin <- read.csv(data("small", "Penicillin.csv"))
models <- list(
  insteval_3way = list(y ~ 1 + (1 | s) + (1 | d) + (1 | dept:service), insteval),
  insteval_lecturer_only = list(y ~ 1 + (1 | d), insteval),
  exam_null = list(normexam ~ 1 + (1 | school), exam),
  exam_vs_standLRT = list(normexam ~ standLRT + (1 | school), exam),
  exam_adj = list(normexam ~ standLRT + sex + schgend + schavg + (1 | school), exam),
  sleepstudy_intercept = list(Reaction ~ Days + (1 | Subject), sleep),
  penicillin_crossed = list(diameter ~ 1 + (1 | plate) + (1 | sample), penicillin)
)
components <- effects <- NULL
digits <- function(x, n) format(x, digits = n, scientific = TRUE, trim = TRUE)
for (name in names(models)) {
  fit <- lmer(models[[name]][[1]], models[[name]][[2]], control = tight)
  parts <- as.data.frame(VarCorr(fit))
  spread <- sqrt(diag(as.matrix(vcov(fit))))
  components <- rbind(
    components,
    data.frame(model = name, what = "criterion", name = "REML", value = digits(REMLcrit(fit), 15), sd = ""),
    data.frame(model = name, what = "variance", name = parts$grp, value = digits(parts$vcov, 12), sd = ""),
    data.frame(model = name, what = "fixed", name = names(fixef(fit)), value = digits(fixef(fit), 12), sd = digits(spread, 12))
  )
  told <- ranef(fit, condVar = TRUE)
  for (group in names(told)) {
    sd <- sqrt(attr(told[[group]], "postVar")[1, 1, ])
    effects <- rbind(effects, data.frame(
      model = name, group = group, level = rownames(told[[group]]),
      value = digits(told[[group]][, 1], 9), sd = digits(sd, 7)
    ))
  }
}
write.csv(components, file.path(call[2], "lme4_tight_components.csv"), row.names = FALSE, quote = FALSE)
# every tenth of the 2,972 students and every fourth lecturer, the rest in full
step <- c(s = 10, d = 4)[effects$group]
kept <- is.na(step) | seq_len(nrow(effects)) %% step == 0
write.csv(effects[kept, ], file.path(call[2], "lme4_tight_effects.csv"), row.names = FALSE, quote = FALSE)
