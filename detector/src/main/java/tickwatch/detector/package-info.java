/**
 * The detector: follows a table of the tickerplant, forecasts each sensor's next row, judges the
 * one that came, and publishes scores and anomalies. {@link tickwatch.detector.Judge} is the whole
 * pipeline without a network; {@link tickwatch.detector.Detector} wires it to the wire.
 */
@NullMarked
package tickwatch.detector;

import org.jspecify.annotations.NullMarked;
