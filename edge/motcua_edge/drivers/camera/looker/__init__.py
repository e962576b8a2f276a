"""The program that looks at one camera, run by `process.ProcessCamera` as a process of its own.

Only this program loads FFmpeg and numpy: whatever a camera sends, it is this process that hangs,
grows or dies of it. It speaks lines of JSON (`talk`) on its standard input and output.
"""
