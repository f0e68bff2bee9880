"""Pages and API for clerks, reviewers and supervisors. Never loads OpenCV."""
