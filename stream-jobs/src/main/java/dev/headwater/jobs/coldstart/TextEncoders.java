package dev.headwater.jobs.coldstart;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.DomainModel;
import java.io.Serializable;

/** Makes the text encoder that goes with a bundle; shipped to subtasks, so it is serialisable. */
@FunctionalInterface
public interface TextEncoders extends Serializable {
  /** Returns an encoder that the caller closes; an unusable bundle is an exception. */
  TextEncoder open(DomainModel model) throws Exception;

  /**
   * The encoder that made the bundle's text vectors: the plain one, or the tuned one it carries.
   */
  static TextEncoders ofBundle() {
    return model -> SourceBundle.open(model.bundle()).newTextEncoder();
  }
}
