/**
 * From the bytes of an image file to RGB samples, and from there to the size a model wants. Files
 * are hostile: the format is told by its first bytes, sizes are read and held against the limits
 * before a pixel is decoded, decoding has a time budget, and whatever a decoder throws becomes one
 * generic problem.
 *
 * <p>What becomes of odd images: the first frame of an animation; orientation as EXIF says; gray,
 * palette and 16-bit samples become 8-bit RGB (colour profiles are ignored); alpha is laid over
 * white; CMYK as the JPEG reader converts it.
 *
 * <p>No thread of its own; decoding runs on the caller's. Start reading at {@link
 * dev.millrace.runtime.image.ImageDecoder}.
 */
@NullMarked
package dev.millrace.runtime.image;

import org.jspecify.annotations.NullMarked;
