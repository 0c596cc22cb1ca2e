package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrincipalTest {
  private static Principal named(String name, boolean speaksForOthers) {
    return new Principal(name, Role.OPERATOR, Set.of("*"), null, speaksForOthers);
  }

  @Test
  void nobodySignsAnAuditWithAnotherName() {
    assertThat(named("ann", false).auditName("bob")).isEqualTo("ann");
    assertThat(named("ann", false).auditName(null)).isEqualTo("ann");
  }

  @Test
  void aNodeThatForwardsACallNamesThePersonAndItself() {
    assertThat(named("node-1", true).auditName("bob")).isEqualTo("bob via node-1");
    assertThat(named("node-1", true).auditName("node-1")).isEqualTo("node-1");
    assertThat(named("node-1", true).auditName(null)).isEqualTo("node-1");
  }

  @Test
  void whereNobodyIsAskedForAKeyTheRequestSaysWhoItIs() {
    assertThat(Principal.ANYONE.auditName("bob")).isEqualTo("bob");
    assertThat(Principal.ANYONE.auditName(null)).isEqualTo("anyone");
  }

  @Test
  void domainsAreNamesAsTheyStandAndNotPatterns() {
    Set<String> given = new HashSet<>(Set.of("shop", "toy*"));
    Principal caller = new Principal("ann", Role.READ, given, null, false);
    given.add("books");
    assertThat(caller.mayName("shop")).isTrue();
    assertThat(caller.mayName("Shop")).isFalse();
    assertThat(caller.mayName("toys")).isFalse();
    assertThat(caller.mayName("books")).as("added after it was made").isFalse();
    assertThat(caller.everyDomain()).isFalse();
    assertThat(named("ann", false).mayName("whatever")).isTrue();
  }

  @Test
  void aRoleCoversItselfAndTheNarrowerOnes() {
    List<Role> roles = List.of(Role.READ, Role.MERCHANT, Role.OPERATOR);
    for (int has = 0; has < roles.size(); has++) {
      for (int needs = 0; needs < roles.size(); needs++) {
        assertThat(roles.get(has).covers(roles.get(needs)))
            .as("%s for %s", roles.get(has), roles.get(needs))
            .isEqualTo(has >= needs);
      }
      assertThat(Role.parse(roles.get(has).text())).isEqualTo(roles.get(has));
    }
    assertThat(Role.values()).hasSize(roles.size());
    assertThatThrownBy(() -> Role.parse("Read")).hasMessageContaining("read, merchant or operator");
  }
}
