package dev.headwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.Flags;
import org.junit.jupiter.api.Test;

class HttpFlagsTest {
  @Test
  void pathsAreNotRemembered() {
    assertThat(Flags.routeCacheSpec()).as("found by its name in META-INF").isNull();
    assertThat(Flags.routeDecoratorCacheSpec()).isNull();
    assertThat(Flags.parsedPathCacheSpec()).isNull();
  }
}
