package tickwatch.app;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.q.Display;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogException;

/** What an operator does with tick logs, this system's or kdb+'s own. */
@Command(
    name = "log",
    abbreviateSynopsis = true,
    synopsisSubcommandLabel = "verify|count|dump|repair",
    description =
        "Look into tick logs, and repair them: this system's, or those of any kdb+ tickerplant. A file"
            + " may be larger than memory, and compressed (.gz) where it is only read.",
    subcommands = {
      LogCommand.Verify.class,
      LogCommand.Count.class,
      LogCommand.Dump.class,
      LogCommand.Repair.class
    },
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch log verify var/log/server2026.11.23        whole or damaged, and what is in it",
      "  tickwatch log count var/log/server2026.11.*          as -11!(-2;file) says it",
      "  tickwatch log dump server2026.11.23.gz --table anomaly --json",
      "  tickwatch log repair sym2026.11.23 --out mended      a copy without the damage",
      "",
      "Exit codes: 0 whole, 1 damaged, 2 a file that cannot be used."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LogCommand extends Subcommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: verify, count, dump or repair");
  }

  private static OperatorException unusable(TickLogException e) {
    return new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
  }

  private static String stretch(TickLog.Stretch stretch) {
    return stretch.length() + " bytes from offset " + stretch.offset() + " on";
  }

  /** Reads several logs; of those that cannot be used it says why, and goes on with the next. */
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  abstract static class EachLog extends Subcommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Tick logs, plain or .gz.")
    private List<Path> files;

    final int logs() {
      return files.size();
    }

    abstract void show(Path file, TickLog.Report report);

    @Override
    public final Integer call() {
      int exitCode = ExitCode.OK;
      for (Path file : files) {
        try {
          TickLog.Report report = TickLog.verify(file);
          show(file, report);
          exitCode = Math.max(exitCode, report.isWhole() ? ExitCode.OK : ExitCode.FAILURE);
        } catch (TickLogException e) {
          out().flush();
          exitCode = Math.max(exitCode, Failures.say(unusable(e), spec.qualifiedName(), err()));
        }
      }
      return exitCode;
    }
  }

  @Command(
      name = "verify",
      abbreviateSynopsis = true,
      description =
          "Read logs from end to end, and say what is in them and where they are damaged.")
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Verify extends EachLog {
    @Option(names = "--json", description = "One JSON object a file.")
    private boolean json;

    @Override
    void show(Path file, TickLog.Report report) {
      if (json) {
        out().println(json(file, report));
      } else {
        print(file, report, out());
      }
    }

    private static void print(Path file, TickLog.Report report, PrintWriter out) {
      out.printf(
          Locale.ROOT,
          "%s: %s, %d messages, %d bytes%n",
          file,
          report.isWhole() ? "whole" : "damaged",
          report.messages(),
          report.contents().fileBytes());
      int width =
          report.tables().keySet().stream()
              .map(SymbolAtom::textOf)
              .mapToInt(String::length)
              .reduce(1, Math::max);
      report
          .tables()
          .forEach(
              (name, count) ->
                  out.printf(
                      Locale.ROOT,
                      "  %-" + width + "s %12d messages %12d rows%n",
                      SymbolAtom.textOf(name),
                      count.messages(),
                      count.rows()));
      report
          .publishers()
          .forEach(
              (name, seq) ->
                  out.printf(
                      Locale.ROOT,
                      "  publisher %s has reached %d%n",
                      SymbolAtom.textOf(name),
                      seq));
      for (TickLog.Stretch skipped : report.skipped()) {
        out.printf(Locale.ROOT, "  skipped by an earlier recovery: %s%n", stretch(skipped));
      }
      for (TickLog.Stretch damage : report.damage()) {
        out.printf(Locale.ROOT, "  damaged: %s%n", stretch(damage));
      }
      TickLog.Stretch tail = report.tail();
      if (tail != null) {
        out.printf(Locale.ROOT, "  behind the last whole message: %s%n", stretch(tail));
      }
      if (report.brokenOff() != null) {
        out.printf(
            Locale.ROOT,
            "  the compressed file is damaged, what follows cannot be unpacked: %s%n",
            report.brokenOff());
      }
      if (!report.isWhole()) {
        out.printf(
            Locale.ROOT,
            "  the messages counted above can be saved: tickwatch log repair %s --out COPY%n",
            file);
      }
    }

    private static String json(Path file, TickLog.Report report) {
      StringBuilder json = new StringBuilder("{\"file\":");
      ValueText.quote(file.toString(), json);
      json.append(",\"whole\":").append(report.isWhole());
      json.append(",\"messages\":").append(report.messages());
      json.append(",\"bytes\":").append(report.contents().fileBytes());
      json.append(",\"tables\":{");
      String comma = "";
      for (var table : report.tables().entrySet()) {
        ValueText.quote(SymbolAtom.textOf(table.getKey()), json.append(comma));
        json.append(":{\"messages\":").append(table.getValue().messages());
        json.append(",\"rows\":").append(table.getValue().rows()).append('}');
        comma = ",";
      }
      json.append("},\"publishers\":{");
      comma = "";
      for (var publisher : report.publishers().entrySet()) {
        ValueText.quote(SymbolAtom.textOf(publisher.getKey()), json.append(comma));
        json.append(':').append(publisher.getValue());
        comma = ",";
      }
      json.append('}');
      stretches("damage", report.damage(), json);
      stretches("skipped", report.skipped(), json);
      TickLog.Stretch tail = report.tail();
      stretches("tail", tail == null ? List.of() : List.of(tail), json);
      if (report.brokenOff() != null) {
        ValueText.quote(report.brokenOff(), json.append(",\"brokenOff\":"));
      }
      return json.append('}').toString();
    }

    private static void stretches(
        String name, List<TickLog.Stretch> stretches, StringBuilder json) {
      json.append(",\"").append(name).append("\":[");
      String comma = "";
      for (TickLog.Stretch stretch : stretches) {
        json.append(comma).append("{\"offset\":").append(stretch.offset());
        json.append(",\"length\":").append(stretch.length()).append('}');
        comma = ",";
      }
      json.append(']');
    }
  }

  @Command(
      name = "count",
      abbreviateSynopsis = true,
      description =
          "Count the messages of logs, as -11!(-2;file) does: the number of messages; where a log is"
              + " damaged, the number before the damage and the bytes up to it.")
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Count extends EachLog {
    @Override
    void show(Path file, TickLog.Report report) {
      TickLog.Contents contents = report.contents();
      out()
          .println(
              (logs() > 1 ? file + ": " : "")
                  + contents.messages()
                  + (report.isWhole() ? "" : " " + contents.goodBytes()));
    }
  }

  @Command(
      name = "dump",
      abbreviateSynopsis = true,
      description =
          "Print the messages of a log, one a line. Damaged bytes are left out, and said on standard"
              + " error.")
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Dump extends Subcommand implements Callable<Integer> {
    private static final int PRECISION = 17;

    @Parameters(paramLabel = "FILE", description = "A tick log, plain or .gz.")
    private Path file;

    @Option(
        names = "--table",
        paramLabel = "NAME",
        description = "Only messages of this table (default: all).")
    private @Nullable String table;

    @Option(
        names = "--from",
        paramLabel = "N",
        defaultValue = "0",
        description = "The first message, counted from 0 (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "So many messages at most (default: all).")
    private @Nullable Long limit;

    @Option(
        names = "--json",
        description =
            "One JSON object a message, with its number, its place, its table and its columns, or"
                + " rows where it holds a table; else the place and the message as q shows it.")
    private boolean json;

    private final ValueDecoder decoder = new ValueDecoder();
    private long printed;
    private boolean isWhole = true;

    @Override
    public Integer call() {
      long most = limit == null ? Long.MAX_VALUE : limit;
      try {
        TickLog.read(
            file,
            new TickLog.MessageVisitor() {
              @Override
              public boolean message(long number, long offset, ByteBuffer bytes) {
                if (number >= from && printed < most) {
                  print(number, offset, bytes);
                }
                return printed < most && !out().checkError();
              }

              @Override
              public void leftOut(long offset, long length) {
                isWhole = false;
                err().println("damaged: " + stretch(new TickLog.Stretch(offset, length)));
              }

              @Override
              public void brokenOff(String why) {
                isWhole = false;
                err().println("damaged: what follows cannot be unpacked: " + why);
              }
            });
      } catch (TickLogException e) {
        throw unusable(e);
      }
      out().flush();
      return isWhole ? ExitCode.OK : ExitCode.FAILURE;
    }

    private void print(long number, long offset, ByteBuffer bytes) {
      Value message;
      try {
        message = decoder.decode(Unpooled.wrappedBuffer(bytes), true);
      } catch (CodecException e) {
        err().println("message " + number + " at offset " + offset + ": " + e.getMessage());
        return;
      }
      String name = tableOf(message);
      if (table != null && !table.equals(name)) {
        return;
      }
      printed++;
      if (!json) {
        out().println(number + " " + offset + " " + Display.line(message, PRECISION));
        return;
      }
      StringBuilder line = new StringBuilder("{\"message\":").append(number);
      line.append(",\"offset\":").append(offset);
      if (name != null && message instanceof ListVector list) {
        ValueText.quote(functionOf(list), line.append(",\"function\":"));
        ValueText.quote(name, line.append(",\"table\":"));
        Value rows = list.get(2);
        line.append(rows instanceof Vector ? ",\"columns\":" : ",\"rows\":");
        line.append(ValueText.json(rows));
      } else {
        line.append(",\"value\":").append(ValueText.json(message));
      }
      out().println(line.append('}'));
    }

    private static @Nullable String tableOf(Value message) {
      return message instanceof ListVector list
              && list.length() == 3
              && list.get(1) instanceof SymbolAtom name
          ? name.text()
          : null;
    }

    private static String functionOf(ListVector message) {
      return message.get(0) instanceof SymbolAtom name
          ? name.text()
          : message.get(0) instanceof ByteVector text ? text.text() : "";
    }
  }

  @Command(
      name = "repair",
      abbreviateSynopsis = true,
      description = {
        "Make a log whole: every whole message stays where it is; damaged bytes between messages are"
            + " copied to FILE.damaged-OFFSET and become a message that does nothing; what is behind"
            + " the last whole message is moved to FILE.tail. A tickerplant does the same when it"
            + " starts."
      })
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Repair extends Subcommand implements Callable<Integer> {
    private static final int DATE_CHARS = 10;

    @Parameters(paramLabel = "FILE", description = "A tick log; a .gz with --out.")
    private Path file;

    @Option(
        names = "--out",
        paramLabel = "COPY",
        description = "Leave FILE as it is, and repair a copy, which must not be there yet.")
    private @Nullable Path copy;

    @Override
    public Integer call() {
      if (!Files.isRegularFile(file)) {
        throw new OperatorException(ExitCode.USAGE, "there is no file " + file);
      }
      Path to = copy;
      if (to != null) {
        if (TickLog.isCompressed(to)) {
          throw new OperatorException(
              ExitCode.USAGE, "the copy is not compressed: give it another name than " + to);
        }
        copy(to);
        return repair(to);
      }
      if (TickLog.isCompressed(file)) {
        throw new OperatorException(
            ExitCode.USAGE, file + " is compressed: give --out COPY for the repaired log");
      }
      Path lock = lockOf(file.toAbsolutePath());
      if (!Files.exists(lock)) {
        return repair(file);
      }
      try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
          FileLock held = channel.tryLock()) {
        if (held == null) {
          throw inUse();
        }
        return repair(file);
      } catch (OverlappingFileLockException e) {
        throw inUse();
      } catch (IOException e) {
        throw new OperatorException(
            ExitCode.USAGE, lock + " cannot be locked: " + e.getMessage(), e);
      }
    }

    private OperatorException inUse() {
      return new OperatorException(
          ExitCode.USAGE,
          "a tickerplant is writing logs beside "
              + file
              + ": stop it first (it repairs its log itself when it starts), or give --out COPY");
    }

    /** What a tickerplant locks while it writes logs of this name. */
    private static Path lockOf(Path log) {
      String name = String.valueOf(log.getFileName());
      return log.resolveSibling(
          name.substring(0, Math.max(0, name.length() - DATE_CHARS)) + ".lock");
    }

    private void copy(Path to) {
      try {
        // First, so that no file is copied that is no log.
        TickLog.Report unused = TickLog.verify(file);
        String brokenOff = TickLog.copy(file, to);
        if (brokenOff != null) {
          out().println("the compressed file is damaged, its end cannot be unpacked: " + brokenOff);
        }
      } catch (TickLogException e) {
        throw unusable(e);
      }
    }

    private int repair(Path log) {
      TickLog.Recovered recovered;
      try {
        recovered = TickLog.recover(log);
      } catch (TickLogException e) {
        throw unusable(e);
      }
      PrintWriter out = out();
      for (int i = 0; i < recovered.skipped().size(); i++) {
        out.printf(
            Locale.ROOT,
            "skipped %s; they are kept in %s%n",
            stretch(recovered.skipped().get(i)),
            recovered.keptIn().get(i));
      }
      if (recovered.tail() != null) {
        out.printf(
            Locale.ROOT,
            "cut off the last %d bytes; they are kept in %s%n",
            recovered.tailBytes(),
            recovered.tail());
      }
      out.printf(
          Locale.ROOT,
          "%s: whole, %d messages, %d bytes%n",
          log,
          recovered.messages(),
          recovered.bytes());
      return ExitCode.OK;
    }
  }
}
