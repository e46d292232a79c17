package tickwatch.detector.model;

import tickwatch.detector.preprocess.Scaler;

/** What of a model may differ from sensor to sensor. */
public record SensorModel(Scaler scaler, Scoring scoring) {}
