package tickwatch.tick;

import java.util.concurrent.CompletableFuture;
import tickwatch.ipc.net.NetException;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;

/** A log by way of the tickerplant. */
final class WireLog implements LogSource {
  private final SecondConnection tickerplant;
  private final String log;

  WireLog(SecondConnection tickerplant, String log) {
    this.tickerplant = tickerplant;
    this.log = log;
  }

  @Override
  public CompletableFuture<Integer> read(long offset, int most, TickLogParser into) {
    return tickerplant
        .ask(
            ListVector.of(
                new SymbolAtom(".u.logbytes"),
                SymbolAtom.ofText(":" + log),
                new LongAtom(QType.LONG, offset),
                new LongAtom(QType.LONG, most)))
        .thenApply(
            answer -> {
              if (answer instanceof ByteVector bytes && bytes.type() == QType.BYTE) {
                into.add(bytes.toArray(), bytes.length());
                return bytes.length();
              }
              throw new NetException("the answer of .u.logbytes: type " + answer.typeNumber());
            });
  }

  /** The connection is for others too, and stays. */
  @Override
  public void close() {}
}
