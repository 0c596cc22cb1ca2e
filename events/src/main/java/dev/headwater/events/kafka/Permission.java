package dev.headwater.events.kafka;

import dev.headwater.events.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What Headwater's user may do in Kafka: everything with what is its own, read what it is told to
 * take of others', and nothing else. With a topic prefix all that is its own begins with it.
 *
 * @param type topic, group or transactional id
 * @param name of one, or how all begin
 * @param prefixed whether the name is how all begin
 * @param operations what it may do with it
 */
public record Permission(
    ResourceType type, String name, boolean prefixed, List<AclOperation> operations) {
  /** How groups, transactional ids and Kafka Streams' own topics begin where no prefix is set. */
  private static final String OWN = "headwater-";

  /** The jobs' groups, which are their names: a job of several domains is called as it begins. */
  private static final List<String> JOBS = List.of("cold-start", "fine-tune");

  private static final List<AclOperation> ALL = List.of(AclOperation.ALL);
  private static final List<AclOperation> READING =
      List.of(AclOperation.READ, AclOperation.DESCRIBE);

  /** Copies the operations. */
  public Permission {
    operations = List.copyOf(operations);
  }

  /**
   * Returns all that the parts of an installation need.
   *
   * @param application of ingest, with the prefix: how its group, its internal topics and its
   *     transactional ids begin
   * @param mapped topics of the platform's own that ingest takes
   */
  public static List<Permission> of(Topics topics, String application, Collection<String> mapped) {
    List<Permission> all = new ArrayList<>();
    if (topics.prefix().isEmpty()) {
      for (Topics.Definition topic : topics.definitions(1)) {
        all.add(new Permission(ResourceType.TOPIC, topic.name(), false, ALL));
      }
      own(all, OWN);
      JOBS.forEach(begin -> all.add(new Permission(ResourceType.GROUP, begin, true, ALL)));
    } else {
      own(all, topics.prefix());
    }
    if (!application.startsWith(topics.prefix().isEmpty() ? OWN : topics.prefix())) {
      own(all, application);
    }
    for (String topic : mapped.stream().sorted().distinct().toList()) {
      all.add(new Permission(ResourceType.TOPIC, topic, false, READING));
    }
    return all;
  }

  private static void own(List<Permission> all, String begin) {
    for (ResourceType type :
        List.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)) {
      all.add(new Permission(type, begin, true, ALL));
    }
  }

  /** Returns it as Kafka keeps it. */
  public List<AclBinding> forUser(String user) {
    ResourcePattern resource =
        new ResourcePattern(type, name, prefixed ? PatternType.PREFIXED : PatternType.LITERAL);
    return operations.stream()
        .map(
            operation ->
                new AclBinding(
                    resource,
                    new AccessControlEntry(
                        "User:" + user, "*", operation, AclPermissionType.ALLOW)))
        .toList();
  }
}
