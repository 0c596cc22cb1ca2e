/**
 * A whole Headwater in one container, for tests of who uses it. Knows Testcontainers and the image
 * alone; nothing of Headwater's own classes.
 */
@NullMarked
package dev.headwater.testcontainers;

import org.jspecify.annotations.NullMarked;
