package dev.headwater.events.kafka;

import dev.headwater.events.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What Headwater's user may do in Kafka: everything with what is its own, and nothing else. With a
 * topic prefix all that is its own begins with it.
 *
 * @param type topic, group or transactional id
 * @param name of one, or how all begin
 * @param prefixed whether the name is how all begin
 */
public record Permission(ResourceType type, String name, boolean prefixed) {
  /** How groups, transactional ids and Kafka Streams' own topics begin where no prefix is set. */
  private static final List<String> OWN = List.of("headwater-", "cold-start", "fine-tune-");

  /** Returns all that the parts of an installation need. */
  public static List<Permission> of(Topics topics) {
    List<Permission> all = new ArrayList<>();
    if (!topics.prefix().isEmpty()) {
      for (ResourceType type :
          List.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)) {
        all.add(new Permission(type, topics.prefix(), true));
      }
      return all;
    }
    for (Topics.Definition topic : topics.definitions(1)) {
      all.add(new Permission(ResourceType.TOPIC, topic.name(), false));
    }
    all.add(new Permission(ResourceType.TOPIC, OWN.get(0), true));
    OWN.forEach(begin -> all.add(new Permission(ResourceType.GROUP, begin, true)));
    all.add(new Permission(ResourceType.TRANSACTIONAL_ID, OWN.get(0), true));
    return all;
  }

  /** Returns it as Kafka keeps it. */
  public AclBinding forUser(String user) {
    return new AclBinding(
        new ResourcePattern(type, name, prefixed ? PatternType.PREFIXED : PatternType.LITERAL),
        new AccessControlEntry("User:" + user, "*", AclOperation.ALL, AclPermissionType.ALLOW));
  }
}
