package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.tree.Name;

/**
 * A name in a directory.
 *
 * @param nid the inode that it names
 * @param typeCode what kind of inode the directory says that is; 0 if it does not say
 * @param offset where the entry stands, in bytes from the start of the image
 */
public record ErofsEntry(Name name, long nid, int typeCode, long offset) {}
