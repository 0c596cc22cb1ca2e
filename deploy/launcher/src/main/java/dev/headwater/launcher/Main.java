package dev.headwater.launcher;

import dev.headwater.access.AccessSetupException;
import dev.headwater.client.HeadwaterException;
import dev.headwater.configuration.Home;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.train.TrainingException;
import dev.headwater.launcher.cli.Verbs;
import dev.headwater.platform.cli.ExitStatus;
import dev.headwater.platform.cli.VerbProvider;
import dev.headwater.platform.report.VerbException;
import dev.headwater.platform.report.WrongUseException;
import java.util.ServiceLoader;
import java.util.Set;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Entry point of {@code deploy/headwater VERB}. */
public final class Main {
  private static final Set<String> SERVICES =
      Set.of("demo", "ingest", "job", "serve", "standalone", "store");

  private Main() {}

  /** Runs a verb and exits with its {@link ExitStatus}. */
  public static void main(String[] args) {
    if (System.getProperty("headwater.log") == null) {
      System.setProperty(
          "headwater.log", Home.directory().resolve("var").resolve(log(args)).toString());
    }
    System.exit(commandLine().execute(args));
  }

  /**
   * Returns the name of the log: what runs on has one of its own, for verbs come and go beside it.
   */
  static String log(String... args) {
    String verb = args.length == 0 ? "" : args[0];
    if (verb.equals("job") && args.length > 1 && args[1].matches("[a-z-]+")) {
      return "headwater-job-" + args[1] + ".log";
    }
    return SERVICES.contains(verb) ? "headwater-" + verb + ".log" : "headwater.log";
  }

  /**
   * Returns the command with all verbs, those of the lab among them where it is on the class path.
   */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Verbs());
    for (VerbProvider provider : ServiceLoader.load(VerbProvider.class)) {
      provider.verbs().forEach(line::addSubcommand);
    }
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::report);
  }

  private static int report(Exception e, CommandLine command, CommandLine.ParseResult result)
      throws Exception {
    if (e instanceof ParameterException) {
      throw e;
    }
    boolean expected =
        e instanceof VerbException
            || e instanceof HeadwaterException
            || e instanceof KafkaUnavailableException
            || e instanceof AccessSetupException
            || e instanceof DataException
            || e instanceof TrainingException;
    LoggerFactory.getLogger(Main.class).warn("verb failed", e);
    command.getErr().println("headwater: " + (expected ? e.getMessage() : e.toString()));
    if (!expected) {
      command.getErr().println("headwater: the stack trace stands in the log");
    }
    return e instanceof WrongUseException ? ExitStatus.WRONG_USE : ExitStatus.FAILED;
  }
}
