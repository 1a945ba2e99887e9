package dev.millrace.server;

import dev.millrace.control.secrets.SecretStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Keys of other servers, sealed in a node's data folder. A value is read and never shown. */
@Command(
    name = "secrets",
    description = "Keeps the keys of other servers, sealed under the node's own key.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A remote model names one as key: secret:NAME; it is read when the model is loaded.",
      "",
      "Example: ./millrace secrets set vllm < key.txt"
    })
final class SecretsVerb implements Runnable {

  private static final int MOST_BYTES = 16_384;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      defaultValue = "data",
      scope = ScopeType.INHERIT,
      description = "The node's data folder (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs
  SecretsVerb() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "set, list or remove?");
  }

  private SecretStore store() {
    return new SecretStore(data.resolve("secrets"), new SecureRandom());
  }

  @Command(
      name = "set",
      description = "Reads a value from standard input and seals it; an old one is replaced.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace secrets set vllm < key.txt"})
  int set(@Parameters(paramLabel = "NAME", description = SecretStore.NAME_EXPECTED) String name)
      throws IOException {
    return set(name, System.in);
  }

  int set(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES);
    try {
      store().set(name, new String(bytes, StandardCharsets.UTF_8).strip());
    } catch (IllegalArgumentException refused) {
      spec.commandLine().getErr().println("millrace: " + refused.getMessage());
      return 1;
    }
    spec.commandLine().getOut().println(name + ": sealed");
    return 0;
  }

  @Command(
      name = "list",
      description = "Names, one a line; never a value.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace secrets list"})
  int list() throws IOException {
    store().names().forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  @Command(
      name = "remove",
      description = "Forgets a secret.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace secrets remove vllm"})
  int remove(@Parameters(paramLabel = "NAME", description = SecretStore.NAME_EXPECTED) String name)
      throws IOException {
    try {
      if (store().remove(name)) {
        return 0;
      }
      spec.commandLine().getErr().println("millrace: " + name + ": no such secret");
    } catch (IllegalArgumentException refused) {
      spec.commandLine().getErr().println("millrace: " + refused.getMessage());
    }
    return 1;
  }
}
