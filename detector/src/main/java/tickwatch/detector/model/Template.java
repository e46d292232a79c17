package tickwatch.detector.model;

/**
 * What a network was made of, where that is known: enough to go on training it.
 *
 * @param hidden width of its layers
 */
public record Template(Architecture architecture, int hidden, int layers) {}
