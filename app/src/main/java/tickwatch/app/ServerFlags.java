package tickwatch.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Listen;
import tickwatch.ipc.net.NetException;

/** The flags of whatever listens: where, and who may come. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ServerFlags {
  @Option(
      names = "--listen",
      paramLabel = "ADDR",
      defaultValue = "127.0.0.1",
      description =
          "The address to listen on (default: ${DEFAULT-VALUE}, this machine only). Any other one"
              + " needs --users or --allow-anonymous.")
  private String listen;

  @Option(
      names = "--users",
      paramLabel = "FILE",
      description = "Let these users in, and nobody else; tickwatch passwd prints its lines.")
  private @Nullable Path users;

  @Option(
      names = "--allow-anonymous",
      description = "Let everyone read, subscribe and publish, from any machine.")
  private boolean allowAnonymous;

  String listen() {
    return listen;
  }

  Access access() {
    try {
      return Listen.access(listen, users, allowAnonymous);
    } catch (NetException e) {
      throw new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
