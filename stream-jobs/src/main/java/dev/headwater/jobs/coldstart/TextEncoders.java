package dev.headwater.jobs.coldstart;

import dev.headwater.idp.text.MiniLmTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import java.io.Serializable;

/** Makes the text encoder of a subtask; shipped to it, so it must be serialisable. */
@FunctionalInterface
public interface TextEncoders extends Serializable {
  /** Returns an encoder that the caller closes. */
  TextEncoder open();

  /** The MiniLM encoder whose weights come with the build. */
  static TextEncoders miniLm() {
    return MiniLmTextEncoder::load;
  }
}
