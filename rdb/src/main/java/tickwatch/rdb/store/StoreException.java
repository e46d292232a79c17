package tickwatch.rdb.store;

/** Rows do not fit the table they were meant for. Nothing of them was stored. */
public final class StoreException extends RuntimeException {
  public StoreException(String message) {
    super(message);
  }
}
