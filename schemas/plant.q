plant:([]time:`timestamp$();sym:`symbol$();temperature:`float$();pressure:`float$();power:`float$())
