package dev.headwater.launcher.cli;

import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code topics create|check}: makes the topics with the right settings, or compares them. */
@Command(
    name = "topics",
    description = "Create Headwater's topics, or compare them with what they should be.")
final class TopicsCommand {
  @Command(
      name = "create",
      description = "Create the topics that are missing; leave the others alone.",
      mixinStandardHelpOptions = true)
  int create(@Mixin CommonOptions options) {
    HeadwaterConfig config = options.config();
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      List<String> created = admin.create(config.topicLayout());
      created.forEach(name -> Output.line("created " + name));
      Output.line(created.isEmpty() ? "all topics exist" : created.size() + " topics created");
    }
    return 0;
  }

  @Command(
      name = "check",
      description = "Say what is missing or set up otherwise; exit 1 if something is.",
      mixinStandardHelpOptions = true)
  int check(@Mixin CommonOptions options) {
    HeadwaterConfig config = options.config();
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      List<String> problems = admin.check(config.topicLayout());
      problems.forEach(Output::line);
      Output.line(
          problems.isEmpty() ? "all topics are as they should be" : problems.size() + " problems");
      return problems.isEmpty() ? 0 : 1;
    }
  }
}
