package dev.headwater.tracing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random spans through the header, and headers that a stranger wrote. */
class TraceParentRandomizedTest {
  private static final RecordPlace PLACE = new RecordPlace("interactions", 3, 17, "ingest");

  private static String hex(Random random, int digits) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < digits; i++) {
      text.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text.toString();
  }

  private static RecordHeaders headers(String text) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(TraceParent.NAME, text.getBytes(ISO_8859_1));
    return headers;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSpanComesThroughARecordAsItIs(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      SpanContext span =
          SpanContext.create(
              hex(random, 32),
              hex(random, 16),
              random.nextBoolean() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
              TraceState.builder().put("vendor", "long").build());
      RecordHeaders headers = (RecordHeaders) TraceParent.headers(span);
      assertThat(headers.toArray()).as("tracestate goes no further").hasSize(1);
      SpanContext read = TraceParent.parse(TraceParent.read(headers));
      assertThat(read.getTraceId()).as("seed %d, %d", seed, i).isEqualTo(span.getTraceId());
      assertThat(read.getSpanId()).isEqualTo(span.getSpanId());
      assertThat(read.isSampled()).isEqualTo(span.isSampled());
      assertThat(read.isRemote()).isTrue();
      assertThat(TraceParent.sampled(headers) != null).isEqualTo(span.isSampled());
      assertThat(TraceParent.of(span)).isEqualTo(TraceParent.sampled(headers));
    }
  }

  /** What cannot be read begins nothing, however its end looks. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aHeaderOfAStrangerIsReadWholeOrNotAtAll(long seed) {
    Random random = new Random(seed);
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder().setSampler(Sampler.parentBased(Sampler.alwaysOn())).build()) {
      Tracing tracing = Tracing.of(provider);
      int sampled = 0;
      for (int i = 0; i < 2_000; i++) {
        StringBuilder text =
            new StringBuilder("00-" + hex(random, 32) + "-" + hex(random, 16) + "-0")
                .append(random.nextInt(2));
        for (int change = random.nextInt(3); change > 0; change--) {
          text.setCharAt(random.nextInt(55), "0fFgx-é".charAt(random.nextInt(7)));
        }
        if (random.nextInt(20) == 0) {
          text.setLength(random.nextInt(55));
        }
        @Nullable String read = TraceParent.sampled(headers(text.toString()));
        SpanContext proceeds = tracing.proceed(PLACE, read).getSpanContext();
        String as = "seed %d: %s".formatted(seed, text);
        assertThat(proceeds.isValid()).as(as).isEqualTo(read != null);
        if (read != null) {
          sampled++;
          // A later version of the header begins as this one does.
          assertThat(text.substring(2)).as(as).startsWith("-" + proceeds.getTraceId() + "-");
          assertThat(TraceParent.parse(read).isSampled()).as(as).isTrue();
        }
      }
      assertThat(sampled).isBetween(200, 1_500);
    }
  }
}
