"""Models from code: MLflow runs this file, and what it names here is the model."""

from mlflow.models import set_model

from rolefit.tracking.scorer import Scorer

set_model(Scorer())
