package dev.headwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.access.Role;
import org.junit.jupiter.api.Test;

class AuditTest {
  private static ApiRoute route(Role role, String path) {
    return ApiRoute.post(role, "name", path, request -> "");
  }

  @Test
  void whatOperatorsDoIsWrittenWhateverBecameOfIt() {
    assertThat(Audit.isWritten(route(Role.OPERATOR, "/v1/rollback"), 200)).isTrue();
    assertThat(Audit.isWritten(route(Role.OPERATOR, "/v1/rollback"), 403)).isTrue();
    assertThat(Audit.isWritten(route(Role.READ, "/v1/domains"), 200)).isFalse();
  }

  @Test
  void ofWhatPartsAskEachOtherOnlyRefusalsAreWritten() {
    assertThat(Audit.isWritten(route(Role.OPERATOR, "/internal/shard/find"), 200)).isFalse();
    assertThat(Audit.isWritten(route(Role.OPERATOR, "/internal/shard/find"), 401)).isTrue();
  }
}
